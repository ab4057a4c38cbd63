use super::cipher::DataKey;
use super::rules::Rule;
use super::tree::{Leaf, Plain, Tree};
use crate::base::Secret;

/// A value to be put somewhere, plain.
#[derive(Clone)]
pub enum Content {
    /// A single value.
    Value(Plain),
    /// Named values; may be empty.
    Map(Vec<(String, Content)>),
    /// Values in order; may be empty.
    List(Vec<Content>),
}

/// What is written into a file for it.
pub(super) enum Piece {
    /// An envelope.
    Sealed(String),
    /// A value that the file's rule leaves in clear, or that is never encrypted.
    Clear(Plain),
    Map(Vec<(String, Piece)>),
    List(Vec<Piece>),
}

impl Content {
    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Value(Plain::Text(Secret::new(text)))
    }

    /// The tree that this reads back as.
    pub(super) fn tree<'c>(
        &'c self,
        keys: &mut Vec<&'c str>,
        rule: &Rule,
        comments: &[&str],
    ) -> Tree {
        match self {
            Self::Value(value) => Tree::Leaf(Leaf {
                value: value.clone(),
                encrypted: rule.encrypts(keys, comments),
            }),
            Self::Map(entries) => Tree::Map(
                entries
                    .iter()
                    .map(|(key, content)| {
                        keys.push(key);
                        let tree = content.tree(keys, rule, comments);
                        keys.pop();
                        (key.clone(), tree)
                    })
                    .collect(),
            ),
            Self::List(items) => {
                let trees = items.iter().map(|item| item.tree(keys, rule, comments));
                Tree::List(trees.collect())
            }
        }
    }
}

impl Piece {
    /// Seals a tree, whose leaves say what is encrypted, below these keys.
    pub(super) fn seal<'t>(tree: &'t Tree, keys: &mut Vec<&'t str>, key: &DataKey) -> Self {
        match tree {
            Tree::Leaf(leaf) => match (leaf.value.kind(), leaf.encrypted) {
                (Some(kind), true) if !leaf.value.is_empty() => {
                    let aad = super::decrypt::aad(keys);
                    Self::Sealed(leaf.value.with_bytes(|bytes| key.seal(bytes, kind, &aad)))
                }
                (Some(_) | None, _) => Self::Clear(leaf.value.clone()),
            },
            Tree::Map(entries) => Self::Map(
                entries
                    .iter()
                    .map(|(name, tree)| {
                        keys.push(name);
                        let piece = Self::seal(tree, keys, key);
                        keys.pop();
                        (name.clone(), piece)
                    })
                    .collect(),
            ),
            Tree::List(items) => Self::List(
                items
                    .iter()
                    .map(|item| Self::seal(item, keys, key))
                    .collect(),
            ),
        }
    }

    /// A single value without quotes, as formats that only know texts have it.
    pub(super) fn bare(&self) -> String {
        match self {
            Self::Sealed(envelope) => envelope.clone(),
            Self::Clear(Plain::Null) => "null".to_owned(),
            Self::Clear(Plain::Bool(switch)) => switch.to_string(),
            Self::Clear(value) => value.to_text().expose().to_owned(),
            Self::Map(_) | Self::List(_) => String::new(),
        }
    }

    /// Tells whether it is a single value.
    pub(super) fn is_scalar(&self) -> bool {
        matches!(self, Self::Sealed(_) | Self::Clear(_))
    }
}
