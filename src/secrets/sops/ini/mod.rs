//! INI as sops reads it, which is as gopkg.in/ini.v1 does: one mapping per section, texts only.
//!
//! What stands before the first section is the section `DEFAULT`, which is always there.

mod line;
mod place;

use super::flat::{Pair, unflatten};
use super::format::Malformed;
use super::node::{Entry, Kind, Node, Scalar, Style};
use line::{Key, Value, key, value};

pub(super) use place::{put, remove};

/// The name of what belongs to no section.
pub(super) const DEFAULT: &str = "DEFAULT";

/// Parses all sections; the metadata of `[sops]` is no longer flat.
pub(super) fn parse(text: &str) -> Result<Node, Malformed> {
    let body = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut at = text.len() - body.len();
    let mut sections = vec![Section::new(DEFAULT, at, at, "")];
    let mut comment = String::new();
    while at < text.len() {
        let rest = text.get(at..).unwrap_or_default();
        let line = rest.split_inclusive('\n').next().unwrap_or(rest);
        let indent = line.len() - line.trim_start().len();
        let start = at + indent;
        at += line.len();
        let line = line.trim_start();
        if line.is_empty() {
            continue;
        }
        if line.starts_with(['#', ';']) {
            comment.push_str(line);
            continue;
        }
        if let Some(name) = line.strip_prefix('[') {
            let close = name
                .rfind(']')
                .ok_or_else(|| Malformed::at(text, start, "a section is not closed"))?;
            let (name, after) = name.split_at_checked(close).unwrap_or((name, ""));
            if let Some(hash) = after.find(['#', ';']) {
                comment.push_str(after.get(hash..).unwrap_or_default());
            }
            let end = start + line.trim_end().len();
            let told = std::mem::take(&mut comment);
            sections.push(Section::new(name, start, end, &told));
            continue;
        }
        let refuse = |reason| Malformed::at(text, start, reason);
        let Key { name, end, rest } = key(line).map_err(refuse)?;
        let found = value(text, start + rest, at).map_err(refuse)?;
        comment.push_str(&found.comment);
        at = found.next;
        let told = std::mem::take(&mut comment);
        if let Some(section) = sections.last_mut() {
            section.add(name, (start, start + end), &found, &told);
        }
    }
    let mut entries = Vec::new();
    for section in sections {
        entries.push(
            section
                .entry()
                .map_err(|reason| Malformed { line: 1, reason })?,
        );
    }
    Ok(Node {
        kind: Kind::Map(entries),
        start: 0,
        end: text.len(),
        shared: false,
        flow: false,
    })
}

struct Section {
    name: String,
    start: usize,
    end: usize,
    keys: Vec<Entry>,
    /// Of the entry that comes next: sops keeps a section's comment before its first key, and a
    /// key's comment after the key.
    before: Vec<String>,
    unnamed: usize,
}

impl Section {
    fn new(name: &str, start: usize, end: usize, comment: &str) -> Self {
        let mut section = Self {
            name: name.to_owned(),
            start,
            end,
            keys: Vec::new(),
            before: Vec::new(),
            unnamed: 0,
        };
        section.tell(comment);
        section
    }

    fn tell(&mut self, comment: &str) {
        let comment = comment.trim();
        let bare = match comment.chars().next() {
            Some(mark @ (';' | '#')) => comment.trim_start_matches([mark, ' ']),
            Some(_) | None => comment,
        };
        if !comment.is_empty() {
            self.before.push(bare.to_owned());
        }
    }

    fn add(&mut self, name: String, key: (usize, usize), found: &Value, comment: &str) {
        let name = if name == "-" {
            self.unnamed += 1;
            format!("#{}", self.unnamed)
        } else {
            name
        };
        let value = Node {
            kind: Kind::Scalar(Scalar {
                text: found.text.clone(),
                style: Style::Quoted,
                tag: None,
            }),
            start: found.start,
            end: found.end,
            shared: false,
            flow: false,
        };
        // the last of several wins, at the place of the first
        if let Some(entry) = self.keys.iter_mut().find(|entry| entry.key == name) {
            (entry.key_start, entry.key_end) = key;
            entry.value = value;
        } else {
            self.keys.push(Entry {
                key: name,
                key_start: key.0,
                key_end: key.1,
                value,
                comments: std::mem::take(&mut self.before),
            });
        }
        self.tell(comment);
    }

    fn entry(self) -> Result<Entry, &'static str> {
        let value = if self.name == "sops" {
            unflatten(self.keys.into_iter().map(pair).collect())?
        } else {
            let end = self.keys.iter().map(|entry| entry.value.end).max();
            Node {
                kind: Kind::Map(self.keys),
                start: self.end,
                end: end.unwrap_or(self.end),
                shared: false,
                flow: false,
            }
        };
        Ok(Entry {
            key: self.name,
            key_start: self.start,
            key_end: self.end,
            value,
            comments: Vec::new(),
        })
    }
}

/// Line ends in the metadata are escaped once more than in values.
fn pair(entry: Entry) -> Pair {
    let mut value = entry.value;
    if let Kind::Scalar(scalar) = &mut value.kind {
        scalar.text = scalar.text.replace("\\n", "\n");
    }
    Pair {
        name: entry.key,
        key_start: entry.key_start,
        key_end: entry.key_end,
        value,
    }
}

#[cfg(test)]
mod tests;
