use std::path::PathBuf;

use crate::base::{KindName, SourceMap};
use crate::cli::options::DocumentArgs;
use crate::cli::saved::{document, read, seal, write};
use crate::plan::render::View;
use crate::plan::{Action, BlastRadius, Plan, Step};

fn plan() -> Plan {
    Plan {
        steps: vec![Step {
            address: KindName::new("okta.scope").at("default/x"),
            action: Action::Create,
            fields: Vec::new(),
            requires: Vec::new(),
            needs: Vec::new(),
            let_go: Vec::new(),
            because: None,
            blast_radius: BlastRadius::default(),
            warnings: Vec::new(),
            observed: "absent".to_owned(),
        }],
        ..Plan::default()
    }
}

#[test]
fn a_saved_plan_holds_against_the_same_plan_and_no_other() {
    let mut sources = SourceMap::default();
    sources.add("a.yaml", "x: 1");
    let plan = plan();
    let view = View {
        plan: &plan,
        sources: &sources,
        document: "payments",
        digest: "d1",
        observed_at: "2026-11-23T12:00:00Z",
        seconds: None,
    };
    let args = DocumentArgs {
        vars: vec![("env".to_owned(), "prod".to_owned())],
        ..DocumentArgs::default()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    write(&path, &seal(&view, &args)).unwrap();
    let saved = read(&path).unwrap();

    assert!(saved.check("d1", &mut plan.clone()).is_ok());
    assert!(saved.check("d2", &mut plan.clone()).is_err());
    let mut changed = plan.clone();
    changed.steps[0].observed = "else".to_owned();
    assert!(saved.check("d1", &mut changed).is_err());

    // the document comes from the plan, unless another is named
    let taken = document(&saved, &DocumentArgs::default());
    assert_eq!(taken.files, [PathBuf::from("a.yaml")]);
    assert_eq!(taken.vars, [("env".to_owned(), "prod".to_owned())]);
    let given = DocumentArgs {
        files: vec![PathBuf::from("b.yaml")],
        ..DocumentArgs::default()
    };
    assert_eq!(document(&saved, &given).files, given.files);
}

#[test]
fn what_is_no_plan_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("plan.json");
    let told = |text: &str| {
        std::fs::write(&path, text).unwrap();
        anstream::adapter::strip_str(&read(&path).unwrap_err().text()).to_string()
    };
    assert!(told("version: 1\n").contains("is no plan that was saved by dcrsync"));
    assert!(told("{\"format\": 2}").contains("has the format 2, this dcrsync reads 1"));
    assert!(told("{\"format\": 1}").contains("is no plan that was saved by dcrsync"));
}
