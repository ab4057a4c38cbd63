use serde::Serialize;

use super::lines::Lines;
use crate::base::{Diagnostic, Report, Severity, SourceMap, Span};

#[derive(Serialize)]
struct Finding<'a> {
    severity: Severity,
    code: &'a str,
    message: &'a str,
    #[serde(flatten)]
    place: Option<Place<'a>>,
    help: &'a [String],
    labels: Vec<Labelled<'a>>,
}

/// The first character and the one after the last; lines and columns count from 1.
#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Serialize)]
struct Labelled<'a> {
    #[serde(flatten)]
    place: Place<'a>,
    text: &'a str,
}

/// Shows the findings in the order of the files as a JSON list; the files' text is not in it.
pub fn json(report: &Report, sources: &SourceMap) -> serde_json::Value {
    let lines = Lines::new(sources);
    let sorted = report.sorted();
    let findings: Vec<_> = sorted.iter().map(|found| finding(found, &lines)).collect();
    // plain structs with text keys always have a JSON form
    serde_json::to_value(findings).unwrap_or_default()
}

fn finding<'a>(found: &'a Diagnostic, lines: &Lines<'a>) -> Finding<'a> {
    let labels = found.labels.iter().map(|label| Labelled {
        place: place(label.span, lines),
        text: &label.text,
    });
    Finding {
        severity: found.severity,
        code: found.code,
        message: &found.message,
        place: found.span().map(|span| place(span, lines)),
        help: &found.help,
        labels: labels.collect(),
    }
}

fn place<'a>(span: Span, lines: &Lines<'a>) -> Place<'a> {
    let (line, column) = lines.position(span.file, span.start);
    let (end_line, end_column) = lines.position(span.file, span.end);
    Place {
        file: lines.name(span.file),
        line,
        column,
        end_line,
        end_column,
    }
}
