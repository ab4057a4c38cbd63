//! What serde-saphyr could not read, in our words.

use serde_saphyr::{Error, MessageFormatter, UserMessageFormatter};

use super::tree;
use crate::base::{Diagnostic, FileId, Span};

/// The scanner has its own limit for brackets and says so in a text only.
const SCANNER_DEPTH: &str = "recursion limit exceeded";

/// The file says nothing at all.
pub(super) fn empty(at: Span) -> Diagnostic {
    Diagnostic::error("empty-document", "the file declares nothing")
        .at(at)
        .help("start with `version: 1`, or run `dcrsync init`")
}

/// Turns the parser's error into a finding.
pub(super) fn misread(error: &Error, file: FileId, text: &str) -> Diagnostic {
    let error = innermost(error);
    let at = error.location().map_or_else(Span::default, |at| {
        let span = tree::span(at);
        if at.span().byte_offset().is_some() {
            return span;
        }
        // the scanner's own errors know line and column only
        let start = offset(text, at.line(), at.column());
        let end = start + text.get(start..).map_or(0, first_char);
        Span { start, end, ..span }
    });
    let span = within(Span { file, ..at }, text);
    if let Error::MultipleDocuments { .. } = error {
        return Diagnostic::error(
            "several-documents",
            "the file holds several documents, separated by `---`",
        )
        .at(span)
        .help("put each into a file of its own and give all of them with `-f`");
    }
    if matches!(error, Error::Eof { .. }) && text.lines().all(is_blank) {
        return empty(span);
    }
    let message = UserMessageFormatter.format_message(error);
    if is_too_much(error) || message.contains(SCANNER_DEPTH) {
        return Diagnostic::error(
            "too-large",
            "the file grows beyond what is read: too deep, too many values or too many aliases",
        )
        .at(span)
        .help("limits: 32 levels, 2,000,000 values, 100,000 values repeated by aliases");
    }
    let tab = tab_before(span, text).then_some("YAML indents with spaces, never tabs");
    let variable = line_of(span, text).contains("${").then_some(
        "inside `{ }` and `[ ]` a text with `${…}` must be in quotes: YAML ends it at `}`",
    );
    let found = Diagnostic::error("yaml-syntax", voice(&message))
        .at(span)
        .help_opt(tab)
        .help_opt(variable);
    if found.help.is_empty() {
        found.help(way_out(&message))
    } else {
        found
    }
}

/// What mostly is the matter, for those who do not know YAML by heart.
fn way_out(message: &str) -> &'static str {
    if message.contains("unclosed") {
        "close it on this line or below, or put the text in quotes"
    } else if message.contains("flow") {
        "put a text with `:`, `,`, `[`, `]`, `{` or `}` in it into quotes"
    } else {
        "look at this line and the one above: indentation, quotes, and a space after each `:`"
    }
}

fn is_too_much(error: &Error) -> bool {
    matches!(
        error,
        Error::Budget { .. }
            | Error::AliasReplayCounterOverflow { .. }
            | Error::AliasReplayLimitExceeded { .. }
            | Error::AliasExpansionLimitExceeded { .. }
            | Error::AliasReplayStackDepthExceeded { .. }
    )
}

/// The byte at a line and column, both from 1, the column in characters.
fn offset(text: &str, line: u64, column: u64) -> usize {
    let up_to = |count: u64| usize::try_from(count.saturating_sub(1)).unwrap_or(usize::MAX);
    let mut start = 0;
    for line in text.split_inclusive('\n').take(up_to(line)) {
        start += line.len();
    }
    let rest = text.get(start..).unwrap_or_default();
    start
        + rest
            .chars()
            .take(up_to(column))
            .map(char::len_utf8)
            .sum::<usize>()
}

fn first_char(text: &str) -> usize {
    text.chars().next().map_or(0, char::len_utf8)
}

/// The parser's sentence in our voice: lower case, no full stop.
fn voice(message: &str) -> String {
    let message = message.trim_end_matches('.');
    let mut chars = message.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if first.is_uppercase() && second.is_lowercase() => {
            let rest = message.get(first.len_utf8()..).unwrap_or_default();
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => message.to_owned(),
    }
}

fn innermost(error: &Error) -> &Error {
    let error = error.without_snippet();
    if let Error::AliasError { error, .. } = error {
        innermost(error)
    } else {
        error
    }
}

fn is_blank(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#') || line == "---" || line == "..."
}

/// Keeps a place inside the text: errors at the end of a file lie behind its last character.
fn within(span: Span, text: &str) -> Span {
    let mut start = span.start.min(text.trim_end().len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let mut end = span.end.clamp(start, text.len());
    while !text.is_char_boundary(end) {
        end += 1;
    }
    Span { start, end, ..span }
}

/// The line on which a place begins.
fn line_of(span: Span, text: &str) -> &str {
    let (before, after) = text.split_at_checked(span.start).unwrap_or((text, ""));
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let end = after.find('\n').map_or(text.len(), |at| span.start + at);
    text.get(start..end).unwrap_or_default()
}

/// Tells whether the line of the place, or the one before it, is indented with a tab.
fn tab_before(span: Span, text: &str) -> bool {
    let line_end = text
        .get(span.start..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |at| span.start + at);
    text.get(..line_end)
        .unwrap_or_default()
        .lines()
        .rev()
        .take(2)
        .any(|line| line.trim_start_matches(' ').starts_with('\t'))
}
