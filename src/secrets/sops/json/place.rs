//! Edits of JSON by bytes: what is not touched stays as it is.

use super::super::node::Kind;
use super::super::piece::Piece;
use super::super::spot::{Spot, What, Within};
use super::super::text::{line_start, splice};
use super::super::tree::Plain;

type Placed = Result<String, &'static str>;

/// Puts a piece at a spot of the document.
pub(in super::super) fn put(text: &str, spot: &Spot<'_>, piece: &Piece) -> Placed {
    match &spot.what {
        What::Value { node, .. } => {
            let value = render(piece, &Indent::of_line(text, node.start));
            splice(text, node.start, node.end, &value)
        }
        What::Key { map, key, .. } => {
            let entries = map.entries();
            let last = entries.iter().rev().find(|entry| entry.key != "sops");
            let key = serde_json::Value::from(key.as_str());
            if let Some(last) = last {
                let indent = Indent::of_line(text, last.key_start);
                let entry = format!("{key}: {}", render(piece, &indent));
                let between = separator(text, last.key_start, &indent);
                let end = last.value.end;
                return splice(text, end, end, &format!(",{between}{entry}"));
            }
            if let Some(first) = entries.first() {
                let indent = Indent::of_line(text, first.key_start);
                let entry = format!("{key}: {}", render(piece, &indent));
                let between = separator(text, first.key_start, &indent);
                let start = first.key_start;
                return splice(text, start, start, &format!("{entry},{between}"));
            }
            let outer = Indent::of_line(text, map.start);
            let inner = outer.deeper();
            let entry = format!("{key}: {}", render(piece, &inner));
            let whole = format!("{{\n{}{entry}\n{}}}", inner.now, outer.now);
            splice(text, map.start, map.end, &whole)
        }
        What::Item { list, .. } => {
            let Kind::List(items) = &list.kind else {
                return Err("it is no list");
            };
            let Some(last) = items.last() else {
                let outer = Indent::of_line(text, list.start);
                let inner = outer.deeper();
                let item = render(piece, &inner);
                let whole = format!("[\n{}{item}\n{}]", inner.now, outer.now);
                return splice(text, list.start, list.end, &whole);
            };
            let indent = Indent::of_line(text, last.value.start);
            let between = separator(text, last.value.start, &indent);
            let end = last.value.end;
            let item = render(piece, &indent);
            splice(text, end, end, &format!(",{between}{item}"))
        }
    }
}

/// Takes a value away, with its comma.
pub(in super::super) fn remove(text: &str, holder: Within<'_>) -> Placed {
    let (places, at): (Vec<(usize, usize)>, usize) = match holder {
        Within::Root => return Err("it is the whole document"),
        Within::Map { map, at, .. } => {
            let entries = map.entries().iter();
            (
                entries
                    .map(|entry| (entry.key_start, entry.value.end))
                    .collect(),
                at,
            )
        }
        Within::List { list, at, .. } => match &list.kind {
            Kind::List(items) => {
                let items = items.iter();
                (
                    items
                        .map(|item| (item.value.start, item.value.end))
                        .collect(),
                    at,
                )
            }
            Kind::Map(_) | Kind::Scalar(_) => return Err("it is no list"),
        },
    };
    let place = |at: usize| places.get(at).copied();
    let (start, end) = place(at).ok_or("its place is not known")?;
    match (at.checked_sub(1).and_then(place), place(at + 1)) {
        (Some((_, before)), _) => splice(text, before, end, ""),
        (None, Some((next, _))) => splice(text, start, next, ""),
        (None, None) => splice(text, start, end, ""),
    }
}

/// Blanks before the lines of one level, and what each level adds.
struct Indent {
    now: String,
    step: String,
}

impl Indent {
    /// That of the line which holds a byte.
    fn of_line(text: &str, at: usize) -> Self {
        let line = text.get(line_start(text, at)..).unwrap_or_default();
        let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
        let now = line.get(..blank).unwrap_or_default().to_owned();
        // the first indented line shows one step
        let first = text.lines().map(|line| {
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            line.get(..blank).unwrap_or_default()
        });
        let step = first.filter(|blank| !blank.is_empty()).map(str::to_owned);
        Self {
            now,
            step: step.into_iter().next().unwrap_or_else(|| "\t".to_owned()),
        }
    }

    fn deeper(&self) -> Self {
        Self {
            now: format!("{}{}", self.now, self.step),
            step: self.step.clone(),
        }
    }
}

/// What stands between two of a container: a line end, if the one that is there begins its line.
fn separator(text: &str, at: usize, indent: &Indent) -> String {
    let before = text.get(line_start(text, at)..at).unwrap_or_default();
    if before.trim().is_empty() && line_start(text, at) > 0 {
        format!("\n{}", indent.now)
    } else {
        " ".to_owned()
    }
}

fn render(piece: &Piece, indent: &Indent) -> String {
    let lines = |open: &str, parts: Vec<String>, close: &str| {
        if parts.is_empty() {
            return format!("{open}{close}");
        }
        let inner = indent.deeper().now;
        let parts = parts.join(&format!(",\n{inner}"));
        format!("{open}\n{inner}{parts}\n{}{close}", indent.now)
    };
    match piece {
        Piece::Sealed(envelope) => format!("\"{envelope}\""),
        Piece::Clear(Plain::Null) => "null".to_owned(),
        Piece::Clear(Plain::Bool(switch)) => switch.to_string(),
        Piece::Clear(Plain::Int(number)) => number.to_string(),
        Piece::Clear(Plain::Float(number)) => format!("{number:e}"),
        Piece::Clear(value @ (Plain::Text(_) | Plain::Bytes(_) | Plain::Time(_))) => {
            serde_json::Value::from(value.to_text().expose()).to_string()
        }
        Piece::Map(entries) => {
            let entries = entries.iter().map(|(key, piece)| {
                let key = serde_json::Value::from(key.as_str());
                format!("{key}: {}", render(piece, &indent.deeper()))
            });
            lines("{", entries.collect(), "}")
        }
        Piece::List(items) => {
            let items = items.iter().map(|piece| render(piece, &indent.deeper()));
            lines("[", items.collect(), "]")
        }
    }
}
