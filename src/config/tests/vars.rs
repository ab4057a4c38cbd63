use super::Loaded;
use crate::config::Vars;

fn given(pairs: &[(&str, &str)]) -> Vars {
    let flags = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Vars {
        flags: flags.collect(),
        ..Vars::default()
    }
}

const SCOPES: [&str; 4] = ["okta", "authorization_servers", "default", "scopes"];

fn document(vars: &str, scope: &str) -> String {
    format!(
        "version: 1\nname: x\nvars: {vars}\nokta:\n  org_url: https://a.okta.com\n  token: {{ sops: '${{var.env}}.token' }}\n  authorization_servers:\n    default:\n      scopes:\n        {scope}\n"
    )
}

#[test]
fn values_keys_and_references_are_expanded() {
    let text = document(
        "{ env: { default: dev } }",
        "${var.env}.read: { description: 'is $${var.env}, ${ var.env }' }",
    );
    let loaded = Loaded::with(&given(&[("env", "prod")]), &[&text]);
    assert_eq!(loaded.findings(), [""; 0]);
    let (key, scope) = &loaded.node(&SCOPES).entries()[0];
    assert_eq!(key.value, "prod.read");
    assert_eq!(loaded.text(key.span), "${var.env}.read");
    assert_eq!(
        scope.get("description").unwrap().as_text(),
        Some("is ${var.env}, prod")
    );
    assert_eq!(
        loaded.node(&["okta", "token", "sops"]).as_text(),
        Some("prod.token")
    );
}

#[test]
fn a_flag_wins_over_the_environment_and_that_over_the_default() {
    let text = document("{ env: { default: dev } }", "${var.env}: {}");
    let mut vars = Vars {
        environment: [("env".to_owned(), "from-environment".to_owned())].into(),
        ..Vars::default()
    };
    let first = |loaded: &Loaded| loaded.node(&SCOPES).entries()[0].0.value.clone();
    assert_eq!(first(&Loaded::with(&vars, &[&text])), "from-environment");
    vars.flags.insert("env".to_owned(), "from-flag".to_owned());
    assert_eq!(first(&Loaded::with(&vars, &[&text])), "from-flag");
}

#[test]
fn what_is_wrong_with_variables_is_told_at_its_place() {
    let text = document(
        "{ env: {}, loop: { default: '${var.env}' }, ok: { default: a } }",
        "a: { description: '${var.oks} ${vars.ok} ${var.ok' }",
    );
    let loaded = Loaded::with(&given(&[("nope", "1")]), &[&text]);
    assert_eq!(
        loaded.findings(),
        [
            "unknown-var: `--var nope` names a variable that the document does not declare []",
            "var-cycle: the default of `loop` refers to a variable [\"'${var.env}'\"]",
            "missing-var: the variable `env` has no value [\"${var.env}\", \"env\"]",
            "unknown-var: there is no variable `oks` [\"${var.oks}\"]",
            "bad-var: `${vars.ok}` is no variable [\"${vars.ok}\"]",
            "bad-var: `${` is never closed [\"${var.ok\"]",
        ]
    );
}

#[test]
fn names_that_become_the_same_are_refused() {
    let text = document("{ env: { default: a } }", "a: {}\n        ${var.env}: {}");
    let loaded = Loaded::new(&[&text]);
    assert_eq!(
        loaded.findings(),
        ["duplicate-key: `a` is given twice in one mapping [\"${var.env}\", \"a\"]"]
    );
}

#[test]
fn a_variable_of_the_environment_that_nobody_declared_is_only_told() {
    let vars = Vars {
        environment: [("other".to_owned(), "x".to_owned())].into(),
        ..Vars::default()
    };
    let loaded = Loaded::with(&vars, &["version: 1\nname: x\n"]);
    assert!(loaded.document.is_some());
    assert_eq!(loaded.report.sorted()[0].code, "unknown-var");
}
