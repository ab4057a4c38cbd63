//! What every format is read into: values with their places in the text.

use super::yaml::{Typed, resolve};

/// A node; offsets are bytes of the text that was parsed.
#[derive(Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    /// The first byte, with tag and anchor; of a block scalar the first byte of its content.
    pub(super) start: usize,
    /// The byte after the last.
    pub(super) end: usize,
    /// Anchored, or the copy that an alias stands for: an edit here would be seen elsewhere.
    pub(super) shared: bool,
    /// A mapping or list in braces or brackets.
    pub(super) flow: bool,
}

#[derive(Clone)]
pub(super) enum Kind {
    Scalar(Scalar),
    Map(Vec<Entry>),
    List(Vec<Item>),
}

#[derive(Clone)]
pub(super) struct Scalar {
    pub(super) text: String,
    pub(super) style: Style,
    /// `!!int` as `int`; an unknown tag with its `!`.
    pub(super) tag: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Quoted,
    Block,
}

#[derive(Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_start: usize,
    pub(super) key_end: usize,
    pub(super) value: Node,
    /// The texts after `#` of the comments that stand before the entry, or on its line.
    pub(super) comments: Vec<String>,
}

#[derive(Clone)]
pub(super) struct Item {
    pub(super) value: Node,
    pub(super) comments: Vec<String>,
}

impl Node {
    /// The entries of a mapping; none for everything else.
    pub(super) fn entries(&self) -> &[Entry] {
        match &self.kind {
            Kind::Map(entries) => entries,
            Kind::Scalar(_) | Kind::List(_) => &[],
        }
    }

    /// The entry of a mapping with this key.
    pub(super) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The scalar, if it is one.
    pub(super) fn scalar(&self) -> Option<&Scalar> {
        match &self.kind {
            Kind::Scalar(scalar) => Some(scalar),
            Kind::Map(_) | Kind::List(_) => None,
        }
    }

    /// Tells whether it is a scalar that YAML takes for null.
    pub(super) fn is_null(&self) -> bool {
        self.scalar()
            .is_some_and(|scalar| matches!(resolve(scalar), Ok(Typed::Null)))
    }
}
