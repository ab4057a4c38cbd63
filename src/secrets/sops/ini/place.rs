//! Edits of INI by bytes: what is not touched stays as it is.

use std::fmt::Write as _;

use super::super::flat::flatten;
use super::super::node::Node;
use super::super::piece::Piece;
use super::super::spot::{Spot, What, Within};
use super::super::text::{line_start, splice};

type Placed = Result<String, &'static str>;

/// Puts a piece at a spot of the document; the metadata is a piece too.
pub(in super::super) fn put(text: &str, document: &Node, spot: &Spot<'_>, piece: &Piece) -> Placed {
    match &spot.what {
        What::Value { holder, node } if piece.is_scalar() => {
            let value = quoted(&piece.bare());
            let blank = if node.start == node.end && !text_before(text, node.start).ends_with(' ') {
                " "
            } else {
                ""
            };
            match holder {
                Within::Map { owner: Some(_), .. } => {
                    splice(text, node.start, node.end, &format!("{blank}{value}"))
                }
                Within::Map { .. } | Within::Root | Within::List { .. } => Err(NO_SECTION),
            }
        }
        // an empty section
        What::Value { node, holder } => {
            let Piece::Map(entries) = piece else {
                return Err(NO_LIST);
            };
            if holder
                .entry()
                .is_some_and(|section| section.key_start == section.key_end)
            {
                // what belongs to no section has no line of its own
                return splice(
                    text,
                    node.start,
                    node.end,
                    &format!("{}\n", lines(entries)?),
                );
            }
            splice(
                text,
                node.start,
                node.end,
                &format!("\n{}", lines(entries)?.trim_end()),
            )
        }
        What::Key {
            owner: None, key, ..
        } if key == "sops" => {
            let lines = flatten("", piece).into_iter().map(|(name, value)| {
                let value = value.replace('\n', "\\n");
                format!("{} = {}\n", named(&name), quoted(&value))
            });
            let block = format!("[sops]\n{}", lines.collect::<String>());
            splice(text, text.len(), text.len(), &block)
        }
        What::Key {
            owner: None, key, ..
        } => {
            let Piece::Map(entries) = piece else {
                return Err(NO_SECTION);
            };
            if key.is_empty() || key.contains([']', '\n']) {
                return Err("it is no name for a section");
            }
            let section = format!("[{key}]\n{}\n", lines(entries)?);
            let block = document.entry("sops").map(|block| block.key_start);
            let start = block.map_or(text.len(), |start| line_start(text, start));
            splice(text, start, start, &section)
        }
        What::Key { map, key, .. } => {
            if !piece.is_scalar() {
                return Err("the format has no mappings in sections");
            }
            let line = format!("{} = {}", named(key), quoted(&piece.bare()));
            let end = map.end;
            let rest = text.get(end..).unwrap_or_default();
            let newline = end + rest.find('\n').unwrap_or(rest.len());
            splice(text, newline, newline, &format!("\n{line}"))
        }
        What::Item { .. } => Err(NO_LIST),
    }
}

/// Takes a line away.
pub(in super::super) fn remove(text: &str, holder: Within<'_>) -> Placed {
    let Within::Map {
        owner: Some(_),
        map,
        at,
    } = holder
    else {
        return Err("it is a whole section");
    };
    let entry = map.entries().get(at).ok_or("its place is not known")?;
    let rest = text.get(entry.value.end..).unwrap_or_default();
    let end = rest.find('\n').map_or(rest.len(), |newline| newline + 1);
    splice(
        text,
        line_start(text, entry.key_start),
        entry.value.end + end,
        "",
    )
}

const NO_SECTION: &str = "it belongs into a section, such as `section.key`";
const NO_LIST: &str = "the format has no lists";

fn lines(entries: &[(String, Piece)]) -> Placed {
    let mut text = String::new();
    for (key, piece) in entries {
        if !piece.is_scalar() {
            return Err("the format has no mappings in sections");
        }
        let _ = writeln!(text, "{} = {}", named(key), quoted(&piece.bare()));
    }
    Ok(text)
}

fn text_before(text: &str, at: usize) -> &str {
    text.get(..at).unwrap_or_default()
}

/// A key that is read back as it is.
fn named(key: &str) -> String {
    if key.contains(['"', '=', ':']) {
        format!("`{key}`")
    } else if key.contains('`') {
        format!("\"\"\"{key}\"\"\"")
    } else {
        key.to_owned()
    }
}

/// A value that is read back as it is, or at least one whose reading back shows that it cannot be.
fn quoted(value: &str) -> String {
    if value.contains(['\n', '`']) {
        format!("\"\"\"{value}\"\"\"")
    } else if value.contains(['#', ';']) {
        format!("`{value}`")
    } else if value.trim().len() != value.len() {
        format!("\"{value}\"")
    } else {
        value.to_owned()
    }
}
