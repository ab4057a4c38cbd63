//! Files, variables, and what is said about them.

use serde_json::Value;

use crate::home::{DOCUMENT, Test};

#[test]
fn a_good_document_is_valid() {
    let ran = Test::with(DOCUMENT).run(&["validate"]).code(0);
    assert_eq!(
        ran.stdout,
        "The document `payments` is valid: 1 object in 1 file.\n"
    );
    assert_eq!(ran.stderr, "");
}

#[test]
fn a_bad_document_shows_the_line_and_a_way_out() {
    let test = Test::with(&DOCUMENT.replace("description:", "descripton:"));
    let ran = test.run(&["validate"]).code(1);
    assert_eq!(ran.stdout, "");
    insta::assert_snapshot!(ran.stderr, @r"
    error[unknown-field]: `orders.read` has no field `descripton`
      --> dcrsync.yaml:10:24
       |
    10 |         orders.read: { descripton: 'Read orders in ${var.env}' }
       |                        ^^^^^^^^^^
       |
       = help: did you mean `description`?

    1 error
    ");
    let found = test.run(&["validate", "--output", "json"]).code(1).json();
    assert_eq!(found["valid"], false);
    assert_eq!(found["diagnostics"][0]["code"], "unknown-field");
    assert_eq!(found["diagnostics"][0]["line"], 10);
    let notes = test.run(&["validate", "--output", "github"]).code(1);
    assert!(
        notes
            .stdout
            .starts_with("::error file=dcrsync.yaml,line=10,col=24,title=")
    );
    // whoever would ask a vendor gives up before
    let ran = test.run(&["plan"]).code(1);
    assert!(
        ran.stderr
            .ends_with("error: nothing was asked of a vendor: the document has 1 error\n")
    );
}

#[test]
fn no_file_and_no_such_file_have_a_way_out() {
    let test = Test::new();
    insta::assert_snapshot!(test.run(&["validate"]).code(1).stderr, @r"
    error: there is no `dcrsync.yaml` here or above, up to the repository's root
    hint: give a file with `-f`, or make one with `dcrsync init`
    ");
    insta::assert_snapshot!(test.run(&["plan", "-f", "gone"]).code(1).stderr, @r"
    error: there is no `gone`
    hint: check the path; `dcrsync init` makes a first document
    ");
    let ran = test
        .run(&["validate", "--log-format", "json", "-f", "gone"])
        .code(1);
    let told: Value = serde_json::from_str(&ran.stderr).unwrap();
    assert_eq!(
        (&told["error"], &told["exit"]),
        (&"there is no `gone`".into(), &1.into())
    );
}

#[test]
fn a_folder_is_one_document() {
    let (head, konnect) = DOCUMENT.split_once("konnect:").unwrap();
    let test = Test::new()
        .file("all/a.yaml", head)
        .file(
            "all/b.yml",
            &format!("version: 1\nname: payments\nkonnect:{konnect}"),
        )
        .file("all/keys.sops.yaml", "not: ours");
    let ran = test.run(&["validate", "-f", "all"]).code(0);
    assert!(ran.stdout.contains("1 object in 2 files"), "{}", ran.stdout);
    let ran = test
        .run(&["validate", "-f", "all", "-f", "all/a.yaml"])
        .code(0);
    assert!(ran.stdout.contains("in 2 files"), "{}", ran.stdout);
}

#[test]
fn variables_come_from_flag_environment_and_default_in_this_order() {
    let planned = |test: &Test, args: &[&str]| {
        let mut all = vec!["plan", "--sandbox", "--output", "json"];
        all.extend(args);
        test.run(&all).code(0).json()["steps"][0]["fields"][1]["new"].clone()
    };
    let test = Test::with(DOCUMENT);
    assert_eq!(planned(&test, &[]), "Read orders in staging");
    let test = test.env("DCRSYNC_VAR_env", "dev");
    assert_eq!(planned(&test, &[]), "Read orders in dev");
    assert_eq!(
        planned(&test, &["--var", "env=prod"]),
        "Read orders in prod"
    );
}

#[test]
fn init_writes_once_and_what_it_writes_can_be_tried() {
    let test = Test::new();
    let ran = test.run(&["init"]).code(0);
    assert!(ran.stderr.contains("dcrsync plan --sandbox"));
    let written = test.read("dcrsync.yaml");
    let ran = test.run(&["init"]).code(1);
    assert!(
        ran.stderr
            .starts_with("error: `dcrsync.yaml` is there already")
    );
    assert_eq!(test.read("dcrsync.yaml"), written);
    test.run(&["init", "--secrets", "sops", "other.yaml"])
        .code(0);
    test.run(&["validate", "-f", "other.yaml"]).code(0);
}

#[test]
fn the_schema_accepts_the_first_document() {
    let test = Test::new();
    test.run(&["init"]).code(0);
    let document: Value = serde_saphyr::from_str(&test.read("dcrsync.yaml")).unwrap();
    for draft in ["2020-12", "7"] {
        let schema = test.run(&["schema", "--draft", draft]).code(0).json();
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("schema.json", schema).unwrap();
        let schema = compiler.compile("schema.json", &mut schemas).unwrap();
        if let Err(error) = schemas.validate(&document, schema) {
            panic!("{error}");
        }
        let mut wrong = document.clone();
        wrong["konnect"]["regio"] = "us".into();
        assert!(schemas.validate(&wrong, schema).is_err());
    }
}
