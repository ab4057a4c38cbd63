//! Edits of dotenv by bytes: what is not touched stays as it is.

use super::super::flat::flatten;
use super::super::node::Node;
use super::super::piece::Piece;
use super::super::spot::{Spot, What, Within};
use super::super::text::splice;
use super::PREFIX;

type Placed = Result<String, &'static str>;

/// Puts a piece at a spot of the document; the metadata is a piece too.
pub(in super::super) fn put(text: &str, document: &Node, spot: &Spot<'_>, piece: &Piece) -> Placed {
    match &spot.what {
        What::Value { node, .. } => splice(text, node.start, node.end, &line_of(piece)?),
        What::Key { key, .. } if key == "sops" => {
            let lines = flatten("", piece);
            let lines = lines
                .iter()
                .map(|(name, value)| format!("{PREFIX}{name}={}\n", escaped(value)));
            splice(text, text.len(), text.len(), &lines.collect::<String>())
        }
        What::Key { key, .. } => {
            if key.is_empty() || key.contains(['=', '\n']) || key.starts_with('#') {
                return Err("it is no name for a variable");
            }
            if key.starts_with(PREFIX) {
                return Err("`sops_` is where the metadata is");
            }
            let line = format!("{key}={}", line_of(piece)?);
            let entries = document.entries();
            let last = entries.iter().rev().find(|entry| entry.key != "sops");
            if let Some(last) = last {
                let end = last.value.end;
                return splice(text, end, end, &format!("\n{line}"));
            }
            let start = entries
                .first()
                .map_or(text.len(), |block| block.value.start);
            splice(text, start, start, &format!("{line}\n"))
        }
        What::Item { .. } => Err("it belongs into a list, which the format has not"),
    }
}

/// Takes a line away.
pub(in super::super) fn remove(text: &str, holder: Within<'_>) -> Placed {
    let entry = holder.entry().ok_or("it is the whole document")?;
    splice(text, entry.key_start, entry.value.end + 1, "")
        .or_else(|_| splice(text, entry.key_start, entry.value.end, ""))
}

fn line_of(piece: &Piece) -> Placed {
    if piece.is_scalar() {
        Ok(escaped(&piece.bare()))
    } else {
        Err("the format has no mappings and lists")
    }
}

fn escaped(text: &str) -> String {
    text.replace('\n', "\\n")
}
