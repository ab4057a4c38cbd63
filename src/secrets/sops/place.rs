use std::fmt::Write as _;

use super::SopsError;
use super::cipher::{DataKey, is_comment};
use super::decrypt::aad;
use super::yaml::{Entry, Kind, Node, Style};
use crate::base::Secret;

/// A text with one more value in it.
pub(super) struct Placed {
    pub(super) text: String,
    /// Where the value now is in the decrypted tree.
    pub(super) path: Vec<String>,
}

/// Puts an encrypted value into the text of the first document, by bytes.
///
/// `lastmodified` and `mac` no longer fit afterwards; that is the next step's work.
pub(super) fn place(
    text: &str,
    document: &Node,
    path: &str,
    value: &Secret,
    key: &DataKey,
) -> Result<Placed, SopsError> {
    let refuse = |why| SopsError::CannotPlace {
        path: path.to_owned(),
        why,
    };
    let segments: Vec<&str> = path.split('.').collect();
    if segments.iter().any(|segment| segment.is_empty()) {
        return Err(refuse("a part of the path is empty"));
    }
    if segments.first() == Some(&"sops") {
        return Err(refuse("`sops` holds the metadata"));
    }
    let page = Page::new(text, document);
    let mut keys: Vec<&str> = Vec::new();
    let mut way: Vec<String> = Vec::new();
    let mut rest = segments.as_slice();
    let mut node = document;
    let mut owner: Option<&Entry> = None;
    let mut flow = false;
    loop {
        if node.shared {
            return Err(refuse("an anchor or alias shares it"));
        }
        if rest.is_empty() {
            let Kind::Scalar(scalar) = &node.kind else {
                return Err(refuse("a mapping or list stands there"));
            };
            let aad = aad(&keys);
            let same = key.open(&scalar.text, &aad).is_ok_and(|old| {
                old.kind == "str" && old.bytes.as_slice() == value.expose().as_bytes()
            });
            let text = if same {
                Ok(text.to_owned())
            } else {
                page.replace(owner, node, &key.seal(value.expose(), &aad), flow)
            };
            return Ok(Placed {
                text: text.map_err(refuse)?,
                path: way,
            });
        }
        flow |= node.flow;
        let (next, used) = match &node.kind {
            Kind::Map(entries) => match find(entries, rest) {
                Some((entry, used)) => {
                    keys.push(&entry.key);
                    way.push(entry.key.clone());
                    owner = Some(entry);
                    (&entry.value, used)
                }
                None => break,
            },
            Kind::List(items) => {
                let at = rest
                    .first()
                    .and_then(|segment| segment.parse::<usize>().ok());
                let values = items.iter().map(|item| &item.value).filter(|value| {
                    !value
                        .scalar()
                        .is_some_and(|scalar| is_comment(&scalar.text))
                });
                let item = at.and_then(|at| values.clone().nth(at));
                way.extend(rest.first().map(|segment| (*segment).to_owned()));
                owner = None;
                (item.ok_or_else(|| refuse("the list has no such item"))?, 1)
            }
            Kind::Scalar(_) if node.is_null() => break,
            Kind::Scalar(_) => return Err(refuse("a value stands on the way")),
        };
        node = next;
        rest = rest.get(used..).unwrap_or_default();
    }
    keys.extend(rest);
    way.extend(rest.iter().map(|segment| (*segment).to_owned()));
    let sealed = key.seal(value.expose(), &aad(&keys));
    let text = page.insert(owner, node, rest, &sealed).map_err(refuse)?;
    Ok(Placed { text, path: way })
}

/// The entry that the path goes through; keys may themselves contain dots.
fn find<'n>(entries: &'n [Entry], rest: &[&str]) -> Option<(&'n Entry, usize)> {
    (1..=rest.len()).find_map(|used| {
        let key = rest.get(..used)?.join(".");
        let entry = entries.iter().find(|entry| entry.key == key)?;
        Some((entry, used))
    })
}

/// The text with what its layout tells.
struct Page<'t> {
    text: &'t str,
    newline: &'static str,
    /// Blanks per level.
    step: usize,
}

impl<'t> Page<'t> {
    fn new(text: &'t str, document: &Node) -> Self {
        let column = |entry: &Entry| line_start(text, entry.key_start).abs_diff(entry.key_start);
        // the `sops` block shows how the file is indented, since everyone leaves it as it is
        let step = document
            .entry("sops")
            .and_then(|block| block.value.entries().first())
            .map_or(0, column);
        Self {
            text,
            newline: if text.contains("\r\n") { "\r\n" } else { "\n" },
            step: if (1..=8).contains(&step) { step } else { 4 },
        }
    }

    /// Writes over a scalar.
    fn replace(
        &self,
        owner: Option<&Entry>,
        node: &Node,
        sealed: &str,
        flow: bool,
    ) -> Result<String, &'static str> {
        if flow {
            // a plain scalar may not hold brackets there
            return self.splice(node.start, node.end, &format!("\"{sealed}\""));
        }
        let style = node.scalar().map(|scalar| scalar.style);
        if node.end > node.start && style != Some(Style::Block) {
            return self.splice(node.start, node.end, sealed);
        }
        let owner = owner.ok_or("it has no key")?;
        let colon = self.colon(owner)?;
        let end = node.end.max(colon + 1);
        let removed = self.text.get(colon + 1..end).unwrap_or_default();
        let newline = if removed.ends_with('\n') {
            self.newline
        } else {
            ""
        };
        self.splice(colon + 1, end, &format!(" {sealed}{newline}"))
    }

    /// Adds a key, with the mappings that lead to it.
    fn insert(
        &self,
        owner: Option<&Entry>,
        node: &Node,
        keys: &[&str],
        sealed: &str,
    ) -> Result<String, &'static str> {
        const FLOW: &str = "it belongs into a mapping in braces";
        if node.entries().is_empty() {
            let owner = owner.ok_or("it belongs into an empty list item")?;
            let content = self.text.get(node.start..node.end).unwrap_or_default();
            if content.contains('#') {
                return Err("a comment stands in its empty mapping");
            }
            let column = self.column(owner).ok_or(FLOW)?;
            let colon = self.colon(owner)?;
            let lines = self.lines(column + self.step, keys, sealed);
            let lines = lines.trim_end_matches(['\r', '\n']);
            let block = format!("{}{lines}", self.newline);
            return self.splice(colon + 1, node.end.max(colon + 1), &block);
        }
        if node.flow {
            return Err(FLOW);
        }
        let entries = node.entries();
        let root = owner.is_none() && entries.iter().any(|entry| entry.key == "sops");
        let column = entries
            .iter()
            .find_map(|entry| self.column(entry))
            .ok_or("its mapping is laid out in an unusual way")?;
        let lines = self.lines(column, keys, sealed);
        let last = entries
            .iter()
            .rev()
            .find(|entry| !root || entry.key != "sops");
        let Some(last) = last else {
            let first = entries.first().ok_or(FLOW)?;
            let start = line_start(self.text, first.key_start);
            return self.splice(start, start, &lines);
        };
        let end = last.value.end.max(last.key_end);
        let before = self.text.get(..end).unwrap_or_default();
        if before.ends_with('\n') {
            return self.splice(end, end, &lines);
        }
        if let Some(newline) = self.text.get(end..).unwrap_or_default().find('\n') {
            return self.splice(end + newline + 1, end + newline + 1, &lines);
        }
        let lines = lines.trim_end_matches(['\r', '\n']);
        let end = self.text.len();
        self.splice(end, end, &format!("{}{lines}", self.newline))
    }

    /// One line for each key, the last with the value.
    fn lines(&self, column: usize, keys: &[&str], sealed: &str) -> String {
        let mut lines = String::new();
        for (level, key) in keys.iter().enumerate() {
            let indent = " ".repeat(column + level * self.step);
            let value = if level + 1 == keys.len() {
                format!(" {sealed}")
            } else {
                String::new()
            };
            let _ = write!(lines, "{indent}{}:{value}{}", quoted(key), self.newline);
        }
        lines
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

    fn colon(&self, entry: &Entry) -> Result<usize, &'static str> {
        let rest = self.text.get(entry.key_end..).unwrap_or_default();
        let blanks = rest.len() - rest.trim_start().len();
        if rest.trim_start().starts_with(':') {
            Ok(entry.key_end + blanks)
        } else {
            Err("its key is laid out in an unusual way")
        }
    }

    fn splice(&self, start: usize, end: usize, new: &str) -> Result<String, &'static str> {
        let before = self.text.get(..start);
        let after = self.text.get(end..);
        match (before, after) {
            (Some(before), Some(after)) => Ok([before, new, after].concat()),
            (None, _) | (_, None) => Err("its place in the text is not known"),
        }
    }
}

fn line_start(text: &str, at: usize) -> usize {
    text.get(..at)
        .and_then(|before| before.rfind('\n'))
        .map_or(0, |newline| newline + 1)
}

/// A key as YAML 1.1 and 1.2 both read it back.
fn quoted(key: &str) -> String {
    let plain = key.starts_with(|first: char| first.is_ascii_alphabetic())
        && key
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-');
    let word = matches!(
        key.to_ascii_lowercase().as_str(),
        "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n"
    );
    if plain && !word {
        key.to_owned()
    } else {
        serde_json::Value::from(key).to_string()
    }
}
