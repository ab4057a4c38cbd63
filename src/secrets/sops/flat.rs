//! Metadata in formats without nesting: `age__list_0__map_enc` is `enc` of the first item of `age`.

use std::collections::BTreeMap;

use super::node::{Entry, Item, Kind, Node};
use super::piece::Piece;

const MAP: &str = "__map_";
const LIST: &str = "__list_";

/// A value and the flattened path that is its key.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) key_start: usize,
    pub(super) key_end: usize,
    pub(super) value: Node,
}

/// Builds the mapping that the pairs came from; the error says why there is none.
pub(super) fn unflatten(pairs: Vec<Pair>) -> Result<Node, &'static str> {
    let start = pairs.iter().map(|pair| pair.key_start).min();
    let end = pairs.iter().map(|pair| pair.value.end).max();
    let mut root = Branch::default();
    for pair in pairs {
        root.put(&pair.name.clone(), pair)?;
    }
    let mut node = root.node()?;
    (node.start, node.end) = (start.unwrap_or_default(), end.unwrap_or_default());
    match node.kind {
        Kind::Map(_) => Ok(node),
        Kind::Scalar(_) | Kind::List(_) => Err("its metadata is no mapping"),
    }
}

/// The keys and texts that a piece is written as.
pub(super) fn flatten(prefix: &str, piece: &Piece) -> Vec<(String, String)> {
    match piece {
        Piece::Map(entries) => entries
            .iter()
            .flat_map(|(key, piece)| {
                let separator = if prefix.is_empty() { "" } else { MAP };
                flatten(&format!("{prefix}{separator}{key}"), piece)
            })
            .collect(),
        Piece::List(items) => items
            .iter()
            .enumerate()
            .flat_map(|(at, piece)| flatten(&format!("{prefix}{LIST}{at}"), piece))
            .collect(),
        Piece::Sealed(_) | Piece::Clear(_) => vec![(prefix.to_owned(), piece.bare())],
    }
}

#[derive(Default)]
struct Branch {
    value: Option<Pair>,
    keys: BTreeMap<String, Branch>,
    items: BTreeMap<usize, Branch>,
}

impl Branch {
    fn put(&mut self, path: &str, pair: Pair) -> Result<(), &'static str> {
        let mut branch = self;
        let (mut list, mut rest) = (false, Some(path));
        while let Some(path) = rest {
            let next = [path.find(MAP), path.find(LIST)]
                .into_iter()
                .flatten()
                .min();
            let (step, below) = path
                .split_at_checked(next.unwrap_or(path.len()))
                .unwrap_or((path, ""));
            branch = if list {
                let at = step
                    .parse()
                    .map_err(|_| "its metadata has a list item without a number")?;
                branch.items.entry(at).or_default()
            } else {
                branch.keys.entry(step.to_owned()).or_default()
            };
            list = below.starts_with(LIST);
            rest = below.strip_prefix(if list { LIST } else { MAP });
        }
        if branch.value.replace(pair).is_some() {
            return Err("its metadata has a key twice");
        }
        Ok(())
    }

    fn node(self) -> Result<Node, &'static str> {
        const MIXED: &str = "its metadata mixes lists, mappings and values";
        if let Some(pair) = self.value {
            return if self.keys.is_empty() && self.items.is_empty() {
                Ok(pair.value)
            } else {
                Err(MIXED)
            };
        }
        if self.items.is_empty() {
            let mut entries = Vec::new();
            for (key, branch) in self.keys {
                let place = branch
                    .value
                    .as_ref()
                    .map(|pair| (pair.key_start, pair.key_end));
                let value = branch.node()?;
                let (key_start, key_end) = place.unwrap_or((value.start, value.start));
                entries.push(Entry {
                    key,
                    key_start,
                    key_end,
                    value,
                    comments: Vec::new(),
                });
            }
            return Ok(container(Kind::Map(entries)));
        }
        if !self.keys.is_empty() {
            return Err(MIXED);
        }
        let mut items = Vec::new();
        for (at, (number, branch)) in self.items.into_iter().enumerate() {
            if at != number {
                return Err("its metadata has a list with a gap");
            }
            items.push(Item {
                value: branch.node()?,
                comments: Vec::new(),
            });
        }
        Ok(container(Kind::List(items)))
    }
}

fn container(kind: Kind) -> Node {
    Node {
        kind,
        start: 0,
        end: 0,
        shared: false,
        flow: false,
    }
}
