//! What is wrong with the document, told before anything is done about it.

use super::diagnostics;
use super::error::CliError;
use super::options::LogFormat;
use super::screen::Screen;
use crate::base::{Count, Diagnostic, Report, Severity, SourceMap};
use crate::plan::render::{Notice, annotation};

/// Tells the findings on standard error; warnings are left out where quiet is asked for.
pub(super) fn tell(report: &Report, sources: &SourceMap, screen: Screen) {
    if report.is_empty() || screen.quiet && !report.has_errors() {
        return;
    }
    match screen.format {
        LogFormat::Text => {
            let style = diagnostics::Style {
                colour: true,
                ..diagnostics::Style::default()
            };
            screen.say(&diagnostics::text(report, sources, style));
        }
        LogFormat::Json => {
            let findings = diagnostics::json(report, sources);
            let level = if report.has_errors() { "ERROR" } else { "WARN" };
            screen.say_json(&serde_json::json!({ "level": level, "diagnostics": findings }));
        }
    }
}

/// Tells the findings and gives up if one of them refuses the document.
pub(super) fn settle(
    report: &Report,
    sources: &SourceMap,
    screen: Screen,
    without: &str,
) -> Result<(), CliError> {
    tell(report, sources, screen);
    match report.count(Severity::Error) {
        0 => Ok(()),
        errors => Err(CliError::sentence(format!(
            "{without}: the document has {}",
            Count::of(errors, "error")
        ))),
    }
}

/// The findings as annotations of GitHub Actions.
pub(super) fn annotations(report: &Report, sources: &SourceMap) -> String {
    let line = |found: &&Diagnostic| {
        let notice = match found.severity {
            Severity::Error => Notice::Error,
            Severity::Warning => Notice::Warning,
        };
        let place = found.span().map(|span| sources.locate(span));
        let mut lines = vec![found.message.clone()];
        lines.extend(found.help.iter().map(|help| format!("help: {help}")));
        annotation(
            notice,
            place.as_ref(),
            &format!("dcrsync: {}", found.code),
            &lines.join("\n"),
        ) + "\n"
    };
    report.sorted().iter().map(line).collect()
}
