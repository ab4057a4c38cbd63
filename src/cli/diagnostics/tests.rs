use serde_json::json;

use super::{Style, text};
use crate::base::{Diagnostic, FileId, Report, SourceMap, Span};

/// The place of the nth occurrence of a text in a file.
fn find(sources: &SourceMap, file: FileId, piece: &str, nth: usize) -> Span {
    let text = &sources.source(file).unwrap().text;
    let (start, _) = text.match_indices(piece).nth(nth).unwrap();
    Span {
        file,
        start,
        end: start + piece.len(),
    }
}

fn one(source: &str) -> (SourceMap, FileId) {
    let mut sources = SourceMap::default();
    let file = sources.add("dcrsync.yaml", source);
    (sources, file)
}

fn show(report: &Report, sources: &SourceMap) -> String {
    text(report, sources, Style::default())
}

#[test]
fn a_finding_points_at_its_place() {
    let (sources, file) = one("version: 1\nokta:\n  tokn: { sops: ä }\n");
    let mut report = Report::new();
    report.push(
        Diagnostic::error("unknown-field", "`okta` has no field `tokn`")
            .at(find(&sources, file, "tokn", 0))
            .help("did you mean `token`?"),
    );
    report.push(Diagnostic::warning("unknown-var", "`X` is not declared"));
    insta::assert_snapshot!(show(&report, &sources));
}

#[test]
fn places_in_two_files_are_both_shown() {
    let mut sources = SourceMap::default();
    let a = sources.add("a.yaml", "version: 1\nname: x\n");
    let b = sources.add("b.yaml", "\n\nname: y\n");
    let mut report = Report::new();
    report.push(
        Diagnostic::error("declared-twice", "`name` is declared twice")
            .label(find(&sources, b, "name", 0), "declared again")
            .label(find(&sources, a, "name", 0), "first declared here")
            .help("keep one of them"),
    );
    insta::assert_snapshot!(show(&report, &sources));
}

#[test]
fn distant_places_of_one_file_are_folded() {
    let filler = "filler: 1\n".repeat(50);
    let (sources, file) = one(&format!("name: x\n{filler}name: y\n"));
    let mut report = Report::new();
    report.push(
        Diagnostic::error("duplicate-key", "`name` is given twice")
            .label(find(&sources, file, "name", 1), "again")
            .label(find(&sources, file, "name", 0), "first"),
    );
    insta::assert_snapshot!(show(&report, &sources));
}

#[test]
fn a_masked_place_is_never_shown_and_columns_stay() {
    let (sources, file) = one("konnect: { token: hunter2-canary, tokn: x, key: |-canary }\n");
    let mut report = Report::new();
    let secret = find(&sources, file, "hunter2-canary", 0);
    let other = find(&sources, file, "|-canary", 0);
    report.push(
        Diagnostic::error("literal-secret", "`token` must be a reference")
            .label(secret, "a secret in plain sight")
            .mask(secret)
            .mask(other),
    );
    report
        .push(Diagnostic::error("unknown-field", "no `tokn`").at(find(&sources, file, "tokn", 0)));
    let shown = show(&report, &sources);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("dcrsync.yaml:1:35"), "{shown}");
    insta::assert_snapshot!(shown);
}

#[test]
fn a_masked_block_keeps_its_lines() {
    let (sources, file) = one("key: |\n  canary one\n  canary two\nrest: x\n");
    let mut report = Report::new();
    let secret = Span {
        file,
        start: 5,
        end: 33,
    };
    report.push(
        Diagnostic::error("x", "message")
            .label(find(&sources, file, "rest", 0), "here")
            .label(find(&sources, file, "key", 0), "and here")
            .mask(secret),
    );
    let shown = show(&report, &sources);
    assert!(!shown.contains("canary"), "{shown}");
    assert!(shown.contains("4 | rest: x"), "{shown}");
}

#[test]
fn what_looks_like_a_secret_is_hidden_without_a_mask() {
    for line in [
        "token: canary",
        "{ api_token: 'canary', a: [ }",
        "client_secret: \"canary, still",
        "  PASSWORD:   canary # canary",
        "\"routing_key\": canary",
    ] {
        let (sources, file) = one(line);
        let mut report = Report::new();
        report.push(Diagnostic::error("yaml-syntax", "no").at(Span {
            file,
            start: 0,
            end: 1,
        }));
        let shown = show(&report, &sources);
        assert!(!shown.contains("canary"), "{shown}");
    }
}

#[test]
fn what_is_no_secret_is_shown() {
    for line in [
        "token: { sops: shown }",
        "shown: { token: access }",
        "secrets: shown",
        "token: *shown",
    ] {
        let (sources, file) = one(line);
        let mut report = Report::new();
        report.push(Diagnostic::error("x", "no").at(Span {
            file,
            start: 0,
            end: 1,
        }));
        let shown = show(&report, &sources);
        assert!(shown.contains(line), "{shown}");
    }
}

#[test]
fn a_long_line_is_cut_around_its_place() {
    let long = "a".repeat(400);
    let (sources, file) = one(&format!("x: [{long}, here, {long}]\n"));
    let mut report = Report::new();
    report.push(Diagnostic::error("x", "message").label(find(&sources, file, "here", 0), "wrong"));
    let shown = show(&report, &sources);
    assert!(shown.contains("here"), "{shown}");
    assert!(
        shown.lines().all(|line| line.chars().count() <= 110),
        "{shown}"
    );
}

#[test]
fn places_outside_the_text_do_no_harm() {
    let (sources, file) = one("a: 1 ä\n");
    for (start, end) in [
        (0, 0),
        (5, 5),
        (6, 6),
        (7, 7),
        (4, 9),
        (8, 8),
        (90, 95),
        (3, 1),
    ] {
        let mut report = Report::new();
        report.push(Diagnostic::error("x", "message").at(Span { file, start, end }));
        assert!(show(&report, &sources).contains("message"));
    }
}

#[test]
fn colours_are_used_only_when_asked_for() {
    let (sources, file) = one("a: 1\n");
    let mut report = Report::new();
    report.push(Diagnostic::error("x", "message").at(find(&sources, file, "a", 0)));
    let styled = |colour| text(&report, &sources, Style { colour, width: 80 });
    assert!(styled(true).contains('\u{1b}'));
    assert!(!styled(false).contains('\u{1b}'));
}

#[test]
fn very_many_findings_are_counted() {
    let (sources, file) = one(&"a: 1\n".repeat(150));
    let mut report = Report::new();
    for nth in 0..150 {
        report.push(Diagnostic::error("x", "message").at(find(&sources, file, "a", nth)));
    }
    let shown = show(&report, &sources);
    assert_eq!(shown.matches("error[x]").count(), 100);
    assert!(
        shown.ends_with("… and 50 findings more, not shown\n\n150 errors\n"),
        "{shown}"
    );
}

#[test]
fn machines_get_places_and_no_text_of_the_file() {
    let (sources, file) = one("ä: canary\nb: 1\n");
    let mut report = Report::new();
    report.push(
        Diagnostic::error("x", "message")
            .label(find(&sources, file, "canary", 0), "here")
            .help("do it"),
    );
    report.push(Diagnostic::warning("y", "without a place"));
    assert_eq!(
        super::json(&report, &sources),
        json!([
            { "severity": "warning", "code": "y", "message": "without a place", "help": [], "labels": [] },
            { "severity": "error", "code": "x", "message": "message",
              "file": "dcrsync.yaml", "line": 1, "column": 4, "end_line": 1, "end_column": 10,
              "help": ["do it"],
              "labels": [{ "file": "dcrsync.yaml", "line": 1, "column": 4, "end_line": 1,
                           "end_column": 10, "text": "here" }] },
        ])
    );
}

#[test]
fn a_document_with_many_mistakes() {
    let text = "\
version: 1
name: payments
okta:
  org_url: http://acme.okta.com
  token: 00canary
konnect:
  regoin: us
  token: { sops: '${var.env}.konnect' }
guard: { max_deletes: five, max_delete_share: 30 }
watch: { mode: aply, interval: 5 minutes }
alerts:
  - slack: { url: { sops: slack.webhook } }
    teams: { url: { sops: teams.webhook } }
";
    let (mut sources, mut report) = (SourceMap::default(), Report::new());
    let input = crate::config::Input {
        name: "dcrsync.yaml".to_owned(),
        text: text.to_owned(),
    };
    let frame = crate::config::Frame {
        schema: &crate::config::settings_schema(),
        sections: &crate::config::Sections::default(),
    };
    let given = crate::config::Vars::default();
    let _ = crate::config::load(vec![input], &given, frame, &mut sources, &mut report);
    assert!(report.has_errors());
    insta::assert_snapshot!(show(&report, &sources));
}
