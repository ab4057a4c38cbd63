//! Whatever is wrong with a document, a secret that stands in it is not shown.

use super::{Style, json, text};
use crate::base::{Report, SourceMap};
use crate::config::{Frame, Input, Sections, Vars, load, settings_schema};

const CANARY: &str = "canary-7f3a";

/// Loads the files and gives all that is shown about them.
fn shown(files: &[&str]) -> String {
    let inputs = files.iter().enumerate().map(|(number, text)| Input {
        name: format!("{number}.yaml"),
        text: (*text).to_owned(),
    });
    let (mut sources, mut report) = (SourceMap::default(), Report::new());
    let frame = Frame {
        schema: &settings_schema(),
        sections: &Sections::default(),
    };
    let _ = load(
        inputs.collect(),
        &Vars::default(),
        frame,
        &mut sources,
        &mut report,
    );
    assert!(report.has_errors(), "{files:?}");
    let machine = json(&report, &sources);
    text(&report, &sources, Style::default()) + &machine.to_string()
}

fn assert_hidden(files: &[&str]) {
    assert!(files.iter().any(|file| file.contains(CANARY)));
    let shown = shown(files);
    assert!(!shown.contains("canary"), "{files:?}\n{shown}");
}

const HEAD: &str = "version: 1\nname: x\n";

#[test]
fn in_each_form_of_a_literal() {
    for token in [
        "canary-7f3a",
        "'canary-7f3a'",
        "\"canary-7f3a\"",
        "[canary-7f3a]",
        "{ canary-7f3a: x }",
        "{ canary-7f3a }",
        "{ sops: a, canary-7f3a }",
        "{ vault: canary-7f3a }",
        "{ sops: [canary-7f3a] }",
        "{ sops: { a: canary-7f3a } }",
        "{ value: { a: [canary-7f3a] } }",
        "!!str canary-7f3a",
        "&a canary-7f3a",
        "!vault canary-7f3a",
        "|\n    canary-7f3a\n    canary-7f3a",
        ">-\n    canary-7f3a",
        "\n    canary-7f3a",
        "${var.x}canary-7f3a",
        "canary-7f3a ${",
    ] {
        assert_hidden(&[&format!(
            "{HEAD}konnect:\n  region: us\n  token: {token}\n  more: 1\n"
        )]);
    }
}

#[test]
fn beside_another_mistake() {
    for rest in [
        "konnect: { token: canary-7f3a, regio: us }",
        "konnect: { regio: us, token: canary-7f3a }",
        "konnect: { token: canary-7f3a, token: canary-7f3a }",
        "konnect: { token: canary-7f3a",
        "konnect: { token: 'canary-7f3a",
        "konnect: { token: canary-7f3a }}",
        "konnect:\n\ttoken: canary-7f3a",
        "konnect:\n  token: canary-7f3a\n bad: 1",
        "konnect: { password: canary-7f3a }",
        "okta: { client_secret: canary-7f3a }",
        "okta: { oauth: { private_key: canary-7f3a } }",
        "okta: [{ token: canary-7f3a }]",
        "alerts: [{ slack: { url: https://hooks/canary-7f3a } }]",
        "alerts: [{ slack: { url: https://hooks/canary-7f3a }, teams: {} }]",
        "alerts: [{ pagerduty: { routing_key: canary-7f3a, x: 1 } }]",
        "alerts: [{ pagerduty: canary-7f3a }]",
        "alerts: [{ pagerduty: [canary-7f3a] }]",
        "okta: { oauth: canary-7f3a }",
        "konnect: canary-7f3a",
        "alerts: [{ slak: { url: https://hooks.slack.com/services/canary-7f3a } }]",
        "konnect: { region: us, token: {sops: a} }\n---\ntoken: canary-7f3a",
    ] {
        assert_hidden(&[&format!("{HEAD}{rest}\n")]);
    }
}

#[test]
fn in_the_second_of_two_files() {
    assert_hidden(&[
        &format!("{HEAD}konnect: {{ region: us, token: {{ sops: a }} }}\n"),
        "konnect: { token: canary-7f3a }\n",
    ]);
    assert_hidden(&[
        &format!("{HEAD}konnect: {{ region: us, token: canary-7f3a }}\n"),
        "konnect: { token: { sops: a } }\n",
    ]);
    assert_hidden(&["a: [\n", "konnect: { token: canary-7f3a }\n---\n"]);
}
