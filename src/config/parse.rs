//! One file's text to a [`Node`]: syntax, limits, duplicate keys.

use std::collections::{HashMap, HashSet};

use serde_saphyr::{DuplicateKeyPolicy, NonFiniteFloatPolicy, Options, Spanned as Placed};

use super::misread::{empty, misread};
use super::tree::{self, Tree};
use crate::base::{Data, Diagnostic, FileId, Node, Report, Span, Spanned};

/// The largest file that is read, in bytes.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;

/// Enough for a dense file of [`MAX_BYTES`], and at about 100 bytes each a bound on memory.
const MAX_NODES: usize = 2_000_000;
/// Deeper documents are refused; real ones have some ten levels. Each level costs stack, of which a
/// thread has 2 MiB: 60 levels were too many for a build without optimisation.
const MAX_DEPTH: usize = 32;

/// How many events aliases may add: nobody repeats that much by hand, and an alias bomb needs more.
const MAX_REPLAYED: usize = 100_000;

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
    serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_nodes: MAX_NODES,
            max_events: 2 * MAX_NODES,
            max_depth: MAX_DEPTH,
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

/// Up to so many keys are compared with each other; more are looked up.
const FEW: usize = 16;

/// Tells whether a key comes twice.
fn has_duplicates(entries: &[(Spanned<String>, Node)]) -> bool {
    if entries.len() > FEW {
        let mut seen = HashSet::with_capacity(entries.len());
        return !entries.iter().all(|(key, _)| seen.insert(&key.value));
    }
    entries.iter().enumerate().any(|(at, (key, _))| {
        let mut before = entries.iter().take(at);
        before.any(|(other, _)| other.value == key.value)
    })
}

/// Reports keys that come twice in one mapping and keeps the first of them.
pub(super) fn refuse_duplicates(entries: &mut Vec<(Spanned<String>, Node)>, report: &mut Report) {
    // next to no mapping has any, and there are very many mappings
    if !has_duplicates(entries) {
        return;
    }
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
