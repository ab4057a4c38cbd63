use zeroize::Zeroizing;

use crate::base::Secret;

/// A decrypted document; no `Debug`, since it is all plaintext.
#[derive(Clone, PartialEq)]
pub enum Tree {
    /// Named values, in the file's order.
    Map(Vec<(String, Tree)>),
    /// Values in order; comments are no values.
    List(Vec<Tree>),
    /// A single value.
    Leaf(Leaf),
}

/// A single value and whether it was encrypted in the file.
#[derive(Clone, PartialEq)]
pub struct Leaf {
    /// The value.
    pub value: Plain,
    /// The file's rules encrypt it; empty texts and nulls are in clear even so.
    pub encrypted: bool,
}

/// A value as sops types it.
#[derive(Clone, PartialEq)]
pub enum Plain {
    /// Nothing; never encrypted.
    Null,
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A number.
    Float(f64),
    /// A text.
    Text(Secret),
    /// A text for sops, but not in UTF-8.
    Bytes(Zeroizing<Vec<u8>>),
    /// A time in RFC 3339.
    Time(String),
}

impl Plain {
    /// A text, or bytes where they are none.
    pub(super) fn from_bytes(bytes: Zeroizing<Vec<u8>>) -> Self {
        match std::str::from_utf8(&bytes) {
            Ok(text) => Self::Text(Secret::new(text)),
            Err(_) => Self::Bytes(bytes),
        }
    }

    /// What a value looks like as text: sops' own spelling.
    pub fn to_text(&self) -> Secret {
        Secret::new(match self {
            Self::Null => String::new(),
            Self::Bool(true) => "True".to_owned(),
            Self::Bool(false) => "False".to_owned(),
            Self::Int(number) => number.to_string(),
            Self::Float(number) if *number == f64::INFINITY => "+Inf".to_owned(),
            Self::Float(number) if *number == f64::NEG_INFINITY => "-Inf".to_owned(),
            Self::Float(number) => number.to_string(),
            Self::Text(text) => return text.clone(),
            Self::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Self::Time(time) => time.clone(),
        })
    }

    /// Hands out what is encrypted, and what the MAC covers.
    pub(super) fn with_bytes<T>(&self, then: impl FnOnce(&[u8]) -> T) -> T {
        match self {
            Self::Bytes(bytes) => then(bytes),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Float(_)
            | Self::Text(_)
            | Self::Time(_) => then(self.to_text().expose().as_bytes()),
        }
    }

    /// The type in an envelope; nothing has none.
    pub(super) fn kind(&self) -> Option<&'static str> {
        match self {
            Self::Null => None,
            Self::Bool(_) => Some("bool"),
            Self::Int(_) => Some("int"),
            Self::Float(_) => Some("float"),
            Self::Text(_) | Self::Bytes(_) => Some("str"),
            Self::Time(_) => Some("time"),
        }
    }

    /// Tells whether it is the empty text, which sops leaves in clear.
    pub(super) fn is_empty(&self) -> bool {
        matches!(self, Self::Text(text) if text.expose().is_empty())
    }

    /// Tells whether both are the same value of the same type; not-a-number is itself here.
    fn same(&self, other: &Self) -> bool {
        self.kind() == other.kind() && self.with_bytes(|one| other.with_bytes(|other| one == other))
    }
}

impl Tree {
    /// All leaves with their paths (list items by number from 0), and containers that are empty.
    pub fn leaves(&self) -> Vec<(Vec<String>, Option<&Leaf>)> {
        let mut found = Vec::new();
        self.collect(&mut Vec::new(), &mut found);
        found
    }

    fn collect<'t>(
        &'t self,
        path: &mut Vec<String>,
        found: &mut Vec<(Vec<String>, Option<&'t Leaf>)>,
    ) {
        let mut below = |name: String, tree: &'t Self| {
            path.push(name);
            tree.collect(path, found);
            path.pop();
        };
        match self {
            Self::Map(entries) if !entries.is_empty() => {
                for (key, value) in entries {
                    below(key.clone(), value);
                }
            }
            Self::List(items) if !items.is_empty() => {
                for (at, item) in items.iter().enumerate() {
                    below(at.to_string(), item);
                }
            }
            Self::Map(_) | Self::List(_) => found.push((path.clone(), None)),
            Self::Leaf(leaf) => found.push((path.clone(), Some(leaf))),
        }
    }

    /// Tells whether both hold the same values in the same order.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Map(one), Self::Map(other)) => {
                one.len() == other.len()
                    && one
                        .iter()
                        .zip(other)
                        .all(|((key, one), (name, other))| key == name && one.same(other))
            }
            (Self::List(one), Self::List(other)) => {
                one.len() == other.len()
                    && one.iter().zip(other).all(|(one, other)| one.same(other))
            }
            (Self::Leaf(one), Self::Leaf(other)) => {
                one.encrypted == other.encrypted && one.value.same(&other.value)
            }
            (Self::Map(_) | Self::List(_) | Self::Leaf(_), _) => false,
        }
    }
}
