//! One file's text to a [`Node`]: syntax, limits, duplicate keys.

use std::collections::HashMap;

use serde_saphyr::{
    Budget, DuplicateKeyPolicy, Error, MessageFormatter, NonFiniteFloatPolicy, Options,
    Spanned as Placed, UserMessageFormatter,
};

use super::tree::{self, Tree};
use crate::base::{Data, Diagnostic, FileId, Node, Report, Span, Spanned};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Enough for a dense file of [`MAX_BYTES`], and at about 100 bytes each a bound on memory.
const MAX_NODES: usize = 2_000_000;

/// How many events aliases may add: nobody repeats that much by hand, and an alias bomb needs more.
const MAX_REPLAYED: usize = 100_000;

/// The scanner has its own limit for brackets and says so in a text only.
const SCANNER_DEPTH: &str = "recursion limit exceeded";

/// Reads one file. Findings go to the report; `None` when there is no tree to go on with.
pub(super) fn parse(file: FileId, text: &str, report: &mut Report) -> Option<Node> {
    let start = Span {
        file,
        start: 0,
        end: 0,
    };
    if text.len() > MAX_BYTES {
        report.push(
            Diagnostic::error("too-large", "the file is larger than 10 MiB")
                .at(start)
                .help("split it into several files and give all of them with `-f`"),
        );
        return None;
    }
    let mut root = match serde_saphyr::from_str_with_options::<Placed<Tree>>(text, options()) {
        Ok(placed) => tree::node(placed),
        Err(error) => {
            report.push(misread(&error, file, text));
            return None;
        }
    };
    if root.data == Data::Null {
        report.push(empty(start));
        return None;
    }
    settle(&mut root, file, text, report);
    Some(root)
}

fn options() -> Options {
    let budget = Budget::default();
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: MAX_NODES,
            max_events: 2 * MAX_NODES,
            max_depth: budget.max_depth,
            max_recorded_anchor_events: MAX_REPLAYED,
            max_recorded_anchor_bytes: MAX_BYTES,
        },
        alias_limits: serde_saphyr::alias_limits! {
            max_total_replayed_events: MAX_REPLAYED,
        },
        // both entries are wanted, so that both can be shown
        duplicate_keys: DuplicateKeyPolicy::PassThrough,
        non_finite_float_policy: NonFiniteFloatPolicy::AsString,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        strict_booleans: true,
        reject_unsupported_tags: true,
        // the source line may hold a secret; places are shown by our own renderer, which masks
        with_snippet: false,
    }
}

fn empty(at: Span) -> Diagnostic {
    Diagnostic::error("empty-document", "the file declares nothing")
        .at(at)
        .help("start with `version: 1`, or run `dcrsync init`")
}

/// Turns the parser's error into a finding.
fn misread(error: &Error, file: FileId, text: &str) -> Diagnostic {
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
        .help("limits: 64 levels, 2,000,000 values, 100,000 values repeated by aliases");
    }
    let tab = tab_before(span, text).then_some("YAML indents with spaces, never tabs");
    let variable = line_of(span, text).contains("${").then_some(
        "inside `{ }` and `[ ]` a text with `${…}` must be in quotes: YAML ends it at `}`",
    );
    Diagnostic::error("yaml-syntax", voice(&message))
        .at(span)
        .help_opt(tab)
        .help_opt(variable)
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

/// Sets the file of each place, names keys by their spelling, widens collections to their whole
/// text and reports keys that come twice; the first of them is kept.
fn settle(node: &mut Node, file: FileId, text: &str, report: &mut Report) {
    node.span = Span { file, ..node.span };
    match &mut node.data {
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) | Data::Text(_) => {}
        Data::List(items) => {
            for item in items.iter_mut() {
                settle(item, file, text, report);
            }
            let last = items.iter().map(|item| item.span.end).max();
            node.span = whole(node.span, last, text);
        }
        Data::Map(entries) => {
            for (key, value) in entries.iter_mut() {
                key.span.file = file;
                if key.value.is_empty() {
                    key.value = spelling(key.span, text);
                }
                settle(value, file, text, report);
            }
            // a value may be an alias, whose text stands elsewhere
            let last = entries
                .iter()
                .map(|(key, value)| key.span.end.max(value.span.end))
                .max();
            node.span = whole(node.span, last, text);
            refuse_duplicates(entries, report);
        }
    }
}

fn spelling(span: Span, text: &str) -> String {
    let spelt = text.get(span.start..span.end).unwrap_or_default().trim();
    if spelt.starts_with(['"', '\'']) {
        return String::new();
    }
    spelt.to_owned()
}

/// The parser places a collection at its first byte; this widens it to its last.
fn whole(span: Span, last: Option<usize>, text: &str) -> Span {
    let inner = last.unwrap_or(span.start).max(span.end).max(span.start);
    let open = text.as_bytes().get(span.start);
    if !matches!(open, Some(b'{' | b'[')) {
        return Span { end: inner, ..span };
    }
    let from = if last.is_some() {
        inner
    } else {
        span.start + 1
    };
    let end = text
        .get(from..)
        .and_then(|rest| rest.find(['}', ']']))
        .map_or(inner, |at| from + at + 1);
    Span { end, ..span }
}

/// Reports keys that come twice in one mapping and keeps the first of them.
pub(super) fn refuse_duplicates(entries: &mut Vec<(Spanned<String>, Node)>, report: &mut Report) {
    let mut seen: HashMap<String, Span> = HashMap::with_capacity(entries.len());
    entries.retain(|(key, _)| match seen.get(&key.value) {
        None => {
            seen.insert(key.value.clone(), key.span);
            true
        }
        Some(first) => {
            report.push(
                Diagnostic::error(
                    "duplicate-key",
                    format!("`{key}` is given twice in one mapping"),
                )
                .label(key.span, "given again")
                .label(*first, "first given here")
                .help("keep one of them, or give the second another name"),
            );
            false
        }
    });
}
