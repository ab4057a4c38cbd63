//! One changed field as lines.

use std::collections::{BTreeMap, BTreeSet};

use similar::{ChangeTag, TextDiff};

use super::paint::Paint;
use super::value::{scalar, value};
use crate::base::{Count, Value, printable};
use crate::plan::{Action, FieldChange};

/// Lines of a text that are shown around a changed one.
const CONTEXT: usize = 2;
/// Lines that are shown of a new text.
const SHOWN: usize = 12;

/// Shows a field; the first line begins with its name, padded to `width`.
pub(super) fn lines(
    change: &FieldChange,
    action: Action,
    width: usize,
    paint: Paint,
) -> Vec<String> {
    let name = format!("{}:", change.name);
    // of an object that is made, there is no old side to speak of
    let fresh = action == Action::Create;
    if change.sensitive || change.old.is_sensitive() || change.new.is_sensitive() {
        let word = if fresh {
            "(sensitive)"
        } else {
            "(sensitive, changed)"
        };
        return vec![format!("{name:width$} {word}")];
    }
    if is_long(&change.old) || is_long(&change.new) {
        let mut lines = vec![name];
        lines.extend(long(&change.old, &change.new, paint));
        return lines;
    }
    match (&change.old, &change.new) {
        (_, new) if fresh => vec![format!("{name:width$} {}", paint.new_value(&value(new)))],
        (Value::Set(old), Value::Set(new)) => {
            vec![format!("{name:width$} {}", members(old, new, paint))]
        }
        (Value::Map(old), Value::Map(new)) => {
            let mut lines = vec![name];
            lines.extend(entries(old, new, paint));
            lines
        }
        (old, new) => vec![format!(
            "{name:width$} {} -> {}",
            paint.old(&value(old)),
            paint.new_value(&value(new))
        )],
    }
}

fn is_long(value: &Value) -> bool {
    value.as_text().is_some_and(|text| text.contains('\n'))
}

/// What comes to a set and what goes.
fn members(old: &BTreeSet<Value>, new: &BTreeSet<Value>, paint: Paint) -> String {
    let added = new
        .difference(old)
        .map(|item| paint.new_value(&format!("+{}", value(item))));
    let removed = old
        .difference(new)
        .map(|item| paint.old(&format!("-{}", value(item))));
    added.chain(removed).collect::<Vec<_>>().join(" ")
}

/// What happens to each key of a mapping.
fn entries(
    old: &BTreeMap<String, Value>,
    new: &BTreeMap<String, Value>,
    paint: Paint,
) -> Vec<String> {
    let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    keys.into_iter()
        .filter_map(|key| {
            let name = scalar(key);
            match (old.get(key), new.get(key)) {
                (None, Some(new)) => Some(paint.new_value(&format!("  + {name}: {}", value(new)))),
                (Some(old), None) => Some(paint.old(&format!("  - {name}: {}", value(old)))),
                (Some(old), Some(new)) if old != new => Some(format!(
                    "  ~ {name}: {} -> {}",
                    paint.old(&value(old)),
                    paint.new_value(&value(new))
                )),
                (Some(_), Some(_)) | (None, None) => None,
            }
        })
        .collect()
}

/// A text of several lines: the lines that change, with what stands around them.
fn long(old: &Value, new: &Value, paint: Paint) -> Vec<String> {
    let side = |side: &Value| match side.as_text() {
        Some(text) => text.to_owned(),
        None if *side == Value::Null => String::new(),
        None => value(side),
    };
    let (old, new) = (side(old), side(new));
    if old.is_empty() {
        let all: Vec<&str> = new.lines().collect();
        let mut lines: Vec<String> = all
            .iter()
            .take(SHOWN)
            .map(|line| paint.new_value(&format!("  + {}", printable(line))))
            .collect();
        if all.len() > SHOWN {
            lines.push(format!("  … {} more", Count::of(all.len() - SHOWN, "line")));
        }
        return lines;
    }
    let diff = TextDiff::from_lines(old.as_str(), new.as_str());
    let mut lines = Vec::new();
    for (number, group) in diff.grouped_ops(CONTEXT).iter().enumerate() {
        if number > 0 {
            lines.push("  …".to_owned());
        }
        for change in group.iter().flat_map(|op| diff.iter_changes(op)) {
            let text = change.value();
            let shown = printable(text.strip_suffix('\n').unwrap_or(text));
            lines.push(match change.tag() {
                ChangeTag::Equal => format!("    {shown}").trim_end().to_owned(),
                ChangeTag::Delete => paint.old(&format!("  - {shown}")),
                ChangeTag::Insert => paint.new_value(&format!("  + {shown}")),
            });
        }
    }
    lines
}
