use std::sync::Arc;

use crate::base::{Address, KindName, SourceMap};
use crate::cli::exit::Exit;
use crate::cli::result::{Applied, Proof, json, text};
use crate::cli::session::Look;
use crate::engine::{ApplyReport, Outcome, Planned, Verdict, VerdictStep};
use crate::kinds::KindError;
use crate::plan::forecast::Forecast;
use crate::plan::render::View;
use crate::plan::{Action, BlastRadius, Plan, Step};

fn scope(name: &str) -> Address {
    KindName::new("okta.scope").at(&format!("default/{name}"))
}

fn failed(name: &str) -> Outcome {
    Outcome::Failed(Arc::new(KindError::Missing {
        address: scope(name),
        needed: "okta.authorization_server.default".to_owned(),
    }))
}

fn applied(outcomes: &[(&str, Outcome)]) -> Applied {
    let outcomes = outcomes.iter().cloned();
    Applied {
        look: Look {
            planned: Planned::default(),
            forecast: Forecast::default(),
            observed_at: "2026-11-23T12:00:00Z".to_owned(),
        },
        report: ApplyReport {
            outcomes: outcomes
                .map(|(name, outcome)| (scope(name), Action::Create, outcome))
                .collect(),
            made: std::collections::HashMap::new(),
        },
        whole: true,
        stopped: false,
        proof: Proof::NotTried,
        verdicts: Vec::new(),
    }
}

fn remaining() -> Proof {
    let step = Step {
        address: scope("a"),
        action: Action::Update,
        fields: Vec::new(),
        requires: Vec::new(),
        needs: Vec::new(),
        let_go: Vec::new(),
        because: None,
        blast_radius: BlastRadius::default(),
        warnings: Vec::new(),
        observed: "absent".to_owned(),
    };
    Proof::of(Plan {
        steps: vec![step],
        ..Plan::default()
    })
}

fn verdict(passed: bool) -> Verdict {
    Verdict {
        app: "mobile".to_owned(),
        api: Some("orders".to_owned()),
        steps: vec![
            VerdictStep {
                name: "issuer",
                passed: true,
                detail: "https://acme.okta.com/oauth2/default".to_owned(),
                cause: None,
            },
            VerdictStep {
                name: "token",
                passed,
                detail: "by client_credentials".to_owned(),
                cause: (!passed).then(|| "no policy rule grants these scopes".to_owned()),
            },
        ],
    }
}

fn plain(applied: &Applied) -> String {
    anstream::adapter::strip_str(&text(applied, "apply")).to_string()
}

#[test]
fn a_full_apply_is_told_in_two_lines() {
    let mut applied = applied(&[("a", Outcome::Done), ("b", Outcome::Done)]);
    applied.proof = Proof::of(Plan::default());
    insta::assert_snapshot!(plain(&applied), @r"

    Applied: all 2 changes.
    Proved: Okta and Konnect are as the document says.
    ");
    assert_eq!(applied.exit(), Exit::Fine);
}

#[test]
fn a_partial_apply_names_what_was_not_done() {
    let mut applied = applied(&[
        ("a", Outcome::Done),
        ("b", failed("b")),
        ("c", Outcome::Blocked(scope("b"))),
        ("d", Outcome::Skipped),
    ]);
    applied.proof = Proof::of(Plan::default());
    applied.stopped = true;
    insta::assert_snapshot!(plain(&applied), @r"

    failed  create okta.scope.default/b
            `okta.scope.default/b` needs `okta.authorization_server.default`, which is not there
    blocked create okta.scope.default/c: waits for okta.scope.default/b
    skipped create okta.scope.default/d
    Stopped. Applied: 1 of 4 changes. Run `dcrsync apply` again for the rest.
    Proved: what was applied is as the document says.
    ");
    assert_eq!(applied.exit(), Exit::Partial);
}

#[test]
fn a_part_of_the_document_is_not_called_the_whole() {
    let mut applied = applied(&[("a", Outcome::Done)]);
    applied.proof = Proof::Clean;
    applied.whole = false;
    assert!(plain(&applied).ends_with("Proved: what was applied is as the document says.\n"));
    assert_eq!(applied.exit(), Exit::Fine);
}

#[test]
fn what_still_differs_fails_by_name() {
    let mut applied = applied(&[("a", Outcome::Done)]);
    applied.proof = remaining();
    let shown = plain(&applied);
    assert!(shown.contains("Not proved") && shown.contains("update okta.scope.default/a"));
    assert_eq!(applied.exit(), Exit::Partial);
}

#[test]
fn each_end_has_its_exit_code() {
    assert_eq!(applied(&[]).exit(), Exit::Fine);
    assert_eq!(applied(&[("a", failed("a"))]).exit(), Exit::Error);
    assert_eq!(applied(&[("a", Outcome::Skipped)]).exit(), Exit::Error);
    let mut verified = applied(&[("a", Outcome::Done)]);
    verified.proof = Proof::Clean;
    verified.verdicts = vec![verdict(true)];
    assert_eq!(verified.exit(), Exit::Fine);
    verified.verdicts.push(verdict(false));
    assert_eq!(verified.exit(), Exit::Error);
}

#[test]
fn a_failed_proof_of_an_application_tells_the_likely_cause() {
    let mut applied = applied(&[]);
    applied.verdicts = vec![verdict(true), verdict(false)];
    insta::assert_snapshot!(plain(&applied), @r"

    mobile, API orders
      ok     issuer      https://acme.okta.com/oauth2/default
      ok     token       by client_credentials

    mobile, API orders
      ok     issuer      https://acme.okta.com/oauth2/default
      failed token       by client_credentials
             likely cause: no policy rule grants these scopes

    Verified: 1 of 2.
    ");
}

#[test]
fn a_script_gets_each_outcome() {
    let mut applied = applied(&[
        ("a", Outcome::Done),
        ("b", failed("b")),
        ("c", Outcome::Blocked(scope("b"))),
    ]);
    applied.proof = remaining();
    let sources = SourceMap::default();
    let view = View {
        plan: &applied.look.planned.plan,
        sources: &sources,
        document: "payments",
        digest: "d1",
        observed_at: &applied.look.observed_at,
        seconds: None,
    };
    let shown = json(&applied, &view);
    assert_eq!(shown["outcomes"][0]["outcome"], "done");
    assert_eq!(shown["outcomes"][1]["outcome"], "failed");
    assert!(
        shown["outcomes"][1]["error"]
            .as_str()
            .unwrap()
            .contains("needs")
    );
    assert_eq!(shown["outcomes"][2]["blocked_by"], "okta.scope.default/b");
    assert_eq!(shown["proved"], false);
    assert_eq!(shown["remaining"][0], "okta.scope.default/a");
    assert_eq!(shown["exit"], 3);
}
