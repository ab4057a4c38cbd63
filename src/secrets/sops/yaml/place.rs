//! Edits of YAML by bytes: what is not touched stays as it is.

use super::render::{Layout, inline};
use super::{Entry, Item, Kind, Node, Style};
use crate::secrets::sops::piece::Piece;
use crate::secrets::sops::spot::{Spot, What, Within};
use crate::secrets::sops::text::{line_start, splice};

type Placed = Result<String, &'static str>;

const FLOW: &str = "it belongs into a mapping in braces";
const UNUSUAL: &str = "its mapping is laid out in an unusual way";

/// Puts a piece at a spot of the document; `lastmodified` and `mac` no longer fit afterwards.
pub(in super::super) fn put(text: &str, document: &Node, spot: &Spot<'_>, piece: &Piece) -> Placed {
    let page = Page::new(text, document);
    match &spot.what {
        What::Value { holder, node } => page.replace(*holder, node, piece, spot.flow),
        What::Key { owner, map, key } => page.insert(*owner, map, key, piece),
        What::Item { list } => page.append(list, piece, spot.flow),
    }
}

/// Takes a value away.
pub(in super::super) fn remove(text: &str, document: &Node, holder: Within<'_>) -> Placed {
    let page = Page::new(text, document);
    match holder {
        Within::Root => Err("it is the whole document"),
        Within::Map { owner, map, at } => page.remove_entry(owner, map, at),
        Within::List { owner, list, at } => page.remove_item(owner, list, at),
    }
}

/// The text with what its layout tells.
struct Page<'t> {
    text: &'t str,
    layout: Layout,
}

impl<'t> Page<'t> {
    fn new(text: &'t str, document: &Node) -> Self {
        let column = |entry: &Entry| line_start(text, entry.key_start).abs_diff(entry.key_start);
        // the `sops` block shows how the file is indented, since everyone leaves it as it is
        let step = document
            .entry("sops")
            .and_then(|block| block.value.entries().first())
            .map_or(0, column);
        let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
        let step = if (1..=8).contains(&step) { step } else { 4 };
        Self {
            text,
            layout: Layout { newline, step },
        }
    }

    /// Writes over a value.
    fn replace(&self, holder: Within<'_>, node: &Node, piece: &Piece, flow: bool) -> Placed {
        if flow || (piece_is_inline(piece) && is_inline(node)) {
            return splice(self.text, node.start, node.end, &inline(piece, flow));
        }
        let Some(owner) = holder.entry() else {
            return match holder {
                Within::List { .. } if is_inline(node) => {
                    splice(self.text, node.start, node.end, &inline(piece, true))
                }
                Within::Root | Within::List { .. } | Within::Map { .. } => Err("it has no key"),
            };
        };
        if node.entries().is_empty() && node.flow {
            let content = self.text.get(node.start..node.end).unwrap_or_default();
            if content.contains('#') {
                return Err("a comment stands in its empty mapping");
            }
        }
        let column = self.column(owner);
        if column.is_none() && !piece_is_inline(piece) {
            return Err(FLOW);
        }
        let colon = self.colon(owner)?;
        let end = node.end.max(colon + 1);
        let removed = self.text.get(colon + 1..end).unwrap_or_default();
        let newline = if removed.ends_with('\n') {
            self.layout.newline
        } else {
            ""
        };
        let below = self.layout.below(column.unwrap_or_default(), piece);
        splice(self.text, colon + 1, end, &format!("{below}{newline}"))
    }

    /// Adds a key.
    fn insert(&self, owner: Option<&Entry>, map: &Node, key: &str, piece: &Piece) -> Placed {
        let entries = map.entries();
        if map.flow {
            return Err(FLOW);
        }
        let Some(first) = entries.first() else {
            // an empty document
            let entry = self.layout.entry(0, key, piece);
            return splice(self.text, self.text.len(), self.text.len(), &entry);
        };
        let root = owner.is_none() && entries.iter().any(|entry| entry.key == "sops");
        let column = entries
            .iter()
            .find_map(|entry| self.column(entry))
            .ok_or(UNUSUAL)?;
        let lines = self.layout.entry(column, key, piece);
        let last = entries
            .iter()
            .rev()
            .find(|entry| !root || entry.key != "sops");
        let Some(last) = last else {
            let start = line_start(self.text, first.key_start);
            return splice(self.text, start, start, &lines);
        };
        self.after(last.value.end.max(last.key_end), &lines)
    }

    /// Adds an item at the end of a list.
    fn append(&self, list: &Node, piece: &Piece, flow: bool) -> Placed {
        let Kind::List(items) = &list.kind else {
            return Err("it is no list");
        };
        let Some(final_item) = items.last() else {
            let piece = format!("[{}]", inline(piece, true));
            return splice(self.text, list.start, list.end, &piece);
        };
        if list.flow || flow {
            let end = final_item.value.end;
            return splice(self.text, end, end, &format!(", {}", inline(piece, true)));
        }
        let column = self
            .dash(final_item)
            .ok_or("its list is laid out in an unusual way")?;
        let item = self.layout.item(column, piece);
        self.after(
            final_item.value.end,
            &format!("{item}{}", self.layout.newline),
        )
    }

    fn remove_entry(&self, owner: Option<&Entry>, map: &Node, at: usize) -> Placed {
        let entries = map.entries();
        let entry = entries.get(at).ok_or(UNUSUAL)?;
        let end = entry.value.end.max(entry.key_end);
        let others = entries
            .iter()
            .filter(|other| other.key != "sops" || owner.is_some());
        if others.count() == 1 && owner.is_some() {
            return self.emptied(owner, map, "{}");
        }
        if map.flow {
            let next = entries.get(at + 1).map(|next| next.key_start);
            let before = at.checked_sub(1).and_then(|at| entries.get(at));
            return self.cut(
                entry.key_start,
                end,
                next,
                before.map(|before| before.value.end),
            );
        }
        let start = line_start(self.text, entry.key_start);
        let indent = self.text.get(start..entry.key_start).unwrap_or_default();
        if indent.trim().is_empty() {
            return splice(self.text, start, self.line_end(end), "");
        }
        // it shares its line with the dash of an item
        let next = entries.get(at + 1).ok_or(UNUSUAL)?;
        let gap = self.text.get(end..next.key_start).unwrap_or_default();
        if gap.contains('#') || !indent.trim_end_matches(' ').ends_with('-') {
            return Err(UNUSUAL);
        }
        splice(self.text, entry.key_start, next.key_start, "")
    }

    fn remove_item(&self, owner: Option<&Entry>, list: &Node, at: usize) -> Placed {
        let Kind::List(items) = &list.kind else {
            return Err("it is no list");
        };
        let item = items.get(at).ok_or("its place is not known")?;
        if items.len() == 1 {
            return self.emptied(owner, list, "[]");
        }
        if list.flow {
            let next = items.get(at + 1).map(|next| next.value.start);
            let before = at.checked_sub(1).and_then(|at| items.get(at));
            let before = before.map(|before| before.value.end);
            return self.cut(item.value.start, item.value.end, next, before);
        }
        self.dash(item)
            .ok_or("its list is laid out in an unusual way")?;
        let start = line_start(self.text, item.value.start);
        splice(self.text, start, self.line_end(item.value.end), "")
    }

    /// Leaves the brackets of a container that has nothing any more.
    fn emptied(&self, owner: Option<&Entry>, node: &Node, empty: &str) -> Placed {
        let content = self.text.get(node.start..node.end).unwrap_or_default();
        if content.contains('#') {
            return Err("a comment stands beside it");
        }
        if node.flow {
            return splice(self.text, node.start, node.end, empty);
        }
        let colon = self.colon(owner.ok_or("it is the last of its list item")?)?;
        let newline = if content.ends_with('\n') {
            self.layout.newline
        } else {
            ""
        };
        splice(
            self.text,
            colon + 1,
            node.end,
            &format!(" {empty}{newline}"),
        )
    }

    /// Cuts one of several between brackets, with a comma.
    fn cut(&self, start: usize, end: usize, next: Option<usize>, before: Option<usize>) -> Placed {
        match (next, before) {
            (Some(next), _) => splice(self.text, start, next, ""),
            (None, Some(before)) => splice(self.text, before, end, ""),
            (None, None) => splice(self.text, start, end, ""),
        }
    }

    /// Adds lines behind the line on which something ends.
    fn after(&self, end: usize, lines: &str) -> Placed {
        let before = self.text.get(..end).unwrap_or_default();
        if before.ends_with('\n') {
            return splice(self.text, end, end, lines);
        }
        if let Some(newline) = self.text.get(end..).unwrap_or_default().find('\n') {
            return splice(self.text, end + newline + 1, end + newline + 1, lines);
        }
        let lines = lines.trim_end_matches(['\r', '\n']);
        let end = self.text.len();
        splice(
            self.text,
            end,
            end,
            &format!("{}{lines}", self.layout.newline),
        )
    }

    fn line_end(&self, end: usize) -> usize {
        let before = self.text.get(..end).unwrap_or_default();
        if before.ends_with('\n') {
            return end;
        }
        let rest = self.text.get(end..).unwrap_or_default();
        end + rest.find('\n').map_or(rest.len(), |newline| newline + 1)
    }

    /// The column of a key, if blanks and list dashes are all that stands before it.
    fn column(&self, entry: &Entry) -> Option<usize> {
        let start = line_start(self.text, entry.key_start);
        let before = self.text.get(start..entry.key_start)?;
        before
            .bytes()
            .all(|byte| byte == b' ' || byte == b'-')
            .then_some(before.len())
    }

    /// The column of the dash of an item, if it is the only one on its line.
    fn dash(&self, item: &Item) -> Option<usize> {
        let start = line_start(self.text, item.value.start);
        let before = self.text.get(start..item.value.start)?;
        let column = before.find('-')?;
        let rest = before.get(column + 1..)?;
        let blank = |text: &str| text.bytes().all(|byte| byte == b' ');
        (blank(before.get(..column)?) && blank(rest)).then_some(column)
    }

    fn colon(&self, entry: &Entry) -> Result<usize, &'static str> {
        let rest = self.text.get(entry.key_end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with(':') {
            Ok(entry.key_end + blanks)
        } else {
            Err("its key is laid out in an unusual way")
        }
    }
}

/// Tells whether a node can be written over without looking at its lines.
fn is_inline(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar(scalar) => node.end > node.start && scalar.style != Style::Block,
        Kind::Map(_) | Kind::List(_) => false,
    }
}

fn piece_is_inline(piece: &Piece) -> bool {
    match piece {
        Piece::Sealed(_) | Piece::Clear(_) => true,
        Piece::Map(entries) => entries.is_empty(),
        Piece::List(items) => items.is_empty(),
    }
}
