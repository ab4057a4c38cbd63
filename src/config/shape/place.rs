use std::fmt;

use super::words;
use crate::base::{Node, Span};

/// What a node is called and where its name stands.
pub(super) struct Place<'p> {
    pub(super) name: Name<'p>,
    pub(super) span: Span,
}

/// What a node is called; put into words only where something is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Name<'p> {
    /// All of it.
    Document,
    /// A field.
    Field(&'p str),
    /// An item of the list that has this name.
    Item(&'p Name<'p>),
    /// A field's name itself.
    Key(&'p str),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("the document"),
            Self::Field(name) => f.write_str(name),
            Self::Item(list) => write!(f, "an item of `{list}`"),
            Self::Key(key) => write!(f, "the name `{key}`"),
        }
    }
}

impl Place<'_> {
    pub(super) fn root(node: &Node) -> Self {
        Self {
            name: Name::Document,
            span: Span {
                end: node.span.start,
                ..node.span
            },
        }
    }

    /// The name in backticks, where it is one word.
    pub(super) fn tick(&self) -> String {
        words::tick(&self.name.to_string())
    }
}
