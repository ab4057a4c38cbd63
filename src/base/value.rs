use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::{Address, Fingerprint, KindName, SecretRef};

/// What a field of an [object](crate::plan) holds, on the desired and on the live side alike.
///
/// Both sides are brought into the same form before they are compared (no empty text, sets without
/// order, ids turned into addresses), so that equal means equal and a diff needs no rules of its own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Value {
    /// Nothing there; the vendors' null, absent and empty text are all this.
    Null,
    /// A switch.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// A text, never empty.
    Text(String),
    /// Values whose order matters.
    List(Vec<Value>),
    /// Values whose order does not matter.
    Set(BTreeSet<Value>),
    /// Named values, such as labels.
    Map(BTreeMap<String, Value>),
    /// Another object, by address.
    Ref(Address),
    /// Another object, by the vendor's id, as long as its address is not known.
    Id(KindName, String),
    /// A field of another object, known once that object is.
    Of(Address, &'static str),
    /// A secret of the document that was not read yet.
    Secret(SecretRef),
    /// A secret that was read: equal fingerprints, equal secrets.
    Fingerprint(Fingerprint),
}

impl Value {
    /// A text, or [`Value::Null`] when it is empty.
    pub fn text(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() {
            Self::Null
        } else {
            Self::Text(text)
        }
    }

    /// An optional text, as [`Value::text`].
    pub fn text_opt(text: Option<impl Into<String>>) -> Self {
        text.map_or(Self::Null, Self::text)
    }

    /// Texts whose order does not matter.
    pub fn set<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::Set(
            texts
                .into_iter()
                .map(|text| Self::Text(text.into()))
                .collect(),
        )
    }

    /// Texts whose order matters.
    pub fn list<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self::List(
            texts
                .into_iter()
                .map(|text| Self::Text(text.into()))
                .collect(),
        )
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self {
            Some(text)
        } else {
            None
        }
    }

    /// The switch, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(switch) = self {
            Some(*switch)
        } else {
            None
        }
    }

    /// The number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self {
            Some(*number)
        } else {
            None
        }
    }

    /// The address, if it points at another object.
    pub fn as_ref_address(&self) -> Option<&Address> {
        if let Self::Ref(address) = self {
            Some(address)
        } else {
            None
        }
    }

    /// The address that it needs, whether it points at an object or takes a field of it.
    pub fn needs(&self) -> Option<&Address> {
        match self {
            Self::Ref(address) | Self::Of(address, _) => Some(address),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Text(_)
            | Self::List(_)
            | Self::Set(_)
            | Self::Map(_)
            | Self::Id(..)
            | Self::Secret(_)
            | Self::Fingerprint(_) => None,
        }
    }

    /// The texts of a list or set, in its order; empty for everything else.
    pub fn texts(&self) -> Vec<&str> {
        match self {
            Self::List(items) => items.iter().filter_map(Self::as_text).collect(),
            Self::Set(items) => items.iter().filter_map(Self::as_text).collect(),
            Self::Null
            | Self::Bool(_)
            | Self::Int(_)
            | Self::Text(_)
            | Self::Map(_)
            | Self::Ref(_)
            | Self::Of(..)
            | Self::Id(..)
            | Self::Secret(_)
            | Self::Fingerprint(_) => Vec::new(),
        }
    }

    /// Tells whether a reader may only be told that it changed.
    pub fn is_sensitive(&self) -> bool {
        matches!(self, Self::Secret(_) | Self::Fingerprint(_))
    }

    /// The value for machines; addresses and ids as text, secrets as null.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null | Self::Secret(_) | Self::Fingerprint(_) => serde_json::Value::Null,
            Self::Bool(switch) => json!(switch),
            Self::Int(number) => json!(number),
            Self::Text(text) => json!(text),
            Self::List(items) => items.iter().map(Self::to_json).collect(),
            Self::Set(items) => items.iter().map(Self::to_json).collect(),
            Self::Map(entries) => serde_json::Value::Object(
                entries
                    .iter()
                    .map(|(name, value)| (name.clone(), value.to_json()))
                    .collect(),
            ),
            Self::Ref(address) => json!(address),
            Self::Of(address, field) => json!(format!("{field} of {address}")),
            Self::Id(_, id) => json!(id),
        }
    }
}

impl From<bool> for Value {
    fn from(switch: bool) -> Self {
        Self::Bool(switch)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}
