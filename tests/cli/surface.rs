//! What holds for every command.

use serde_json::Value;

use crate::home::{DOCUMENT, Test};

#[test]
fn help_and_version_are_results() {
    let test = Test::new();
    let help = test.run(&["--help"]).code(0);
    assert!(help.stdout.contains("Exit codes:") && help.stderr.is_empty());
    let version = test.run(&["--version"]).code(0);
    assert_eq!(
        version.stdout,
        format!("dcrsync {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn bad_arguments_end_with_1_and_not_with_2() {
    let test = Test::with(DOCUMENT);
    for args in [
        &["bogus"][..],
        &["plan", "--bogus"],
        &["plan", "--output", "pdf"],
        &["completions"],
        &[],
    ] {
        let ran = test.run(args).code(1);
        assert!(ran.stdout.is_empty(), "{args:?}");
        assert!(!ran.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn completions_and_manual_pages_name_the_commands() {
    let test = Test::new();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = test.run(&["completions", shell]).code(0);
        assert!(ran.stdout.contains("detailed-exitcode"), "{shell}");
    }
    assert!(test.run(&["man"]).code(0).stdout.contains(".TH dcrsync"));
    let ran = test.run(&["man", "--out", "pages/man1"]).code(0);
    assert!(ran.stderr.contains("pages/man1"));
    assert!(test.read("pages/man1/dcrsync-plan.1").contains(".TH"));
}

#[test]
fn colours_are_asked_for_and_not_guessed() {
    let test = Test::with(DOCUMENT);
    let plan = ["plan", "--sandbox"];
    assert!(!test.run(&plan).code(0).stdout.contains('\u{1b}'));
    let test = test.env("CLICOLOR_FORCE", "1");
    assert!(test.run(&plan).code(0).stdout.contains("\u{1b}[1m"));
    let bare = test.run(&["plan", "--sandbox", "--no-color"]).code(0);
    assert!(!bare.stdout.contains('\u{1b}') && !bare.stderr.contains('\u{1b}'));
    let test = test.env("NO_COLOR", "1");
    assert!(!test.run(&plan).code(0).stdout.contains('\u{1b}'));
}

#[test]
fn quiet_leaves_the_result_and_nothing_else() {
    let ran = Test::with(DOCUMENT)
        .run(&["plan", "--sandbox", "-q"])
        .code(0);
    assert!(ran.stdout.contains("Plan: 1 to create"));
    assert_eq!(ran.stderr, "");
}

#[test]
fn with_json_logs_every_line_of_standard_error_is_json() {
    let test = Test::new();
    test.run(&["init"]).code(0);
    let ran = test
        .run(&[
            "apply",
            "--sandbox",
            "--auto-approve",
            "-v",
            "--log-format",
            "json",
        ])
        .code(0);
    let lines: Vec<Value> = ran
        .stderr
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert!(lines.len() > 7);
    assert!(lines.iter().all(|line| line["level"].is_string()));
}
