//! dotenv as sops reads it: `KEY=VALUE` lines, nothing quoted, the metadata in `sops_` keys.

mod place;

use super::flat::{Pair, unflatten};
use super::format::Malformed;
use super::node::{Entry, Kind, Node, Scalar, Style};

pub(super) use place::{put, remove};

/// What the names of all metadata keys begin with.
const PREFIX: &str = "sops_";

/// Parses all lines; the metadata becomes the entry `sops`.
pub(super) fn parse(text: &str) -> Result<Node, Malformed> {
    let mut entries = Vec::new();
    let mut metadata = Vec::new();
    let mut comments = Vec::new();
    let mut start = 0;
    for line in text.split('\n') {
        let end = start + line.len();
        let line_start = start;
        start = end + 1;
        if line.is_empty() {
            continue;
        }
        if let Some(comment) = line.strip_prefix('#') {
            comments.push(comment.to_owned());
            continue;
        }
        let (key, value) = line
            .split_once('=')
            .ok_or_else(|| Malformed::at(text, line_start, "a line has no `=`"))?;
        let value = Node {
            kind: Kind::Scalar(Scalar {
                text: value.replace("\\n", "\n"),
                style: Style::Quoted,
                tag: None,
            }),
            start: end - value.len(),
            end,
            shared: false,
            flow: false,
        };
        let (key_start, key_end) = (line_start, line_start + key.len());
        if let Some(name) = key.strip_prefix(PREFIX) {
            metadata.push(Pair {
                name: name.to_owned(),
                key_start,
                key_end,
                value,
            });
            continue;
        }
        entries.push(Entry {
            key: key.to_owned(),
            key_start,
            key_end,
            value,
            comments: std::mem::take(&mut comments),
        });
    }
    if !metadata.is_empty() {
        let block = unflatten(metadata).map_err(|reason| Malformed { line: 1, reason })?;
        entries.push(Entry {
            key: "sops".to_owned(),
            key_start: block.start,
            key_end: block.start,
            value: block,
            comments: Vec::new(),
        });
    }
    Ok(Node {
        kind: Kind::Map(entries),
        start: 0,
        end: text.len(),
        shared: false,
        flow: false,
    })
}

#[cfg(test)]
mod tests;
