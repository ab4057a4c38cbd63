use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// Names a kind: vendor and noun, such as `okta.scope`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KindName(&'static str);

impl KindName {
    /// Wraps a literal of the form `vendor.noun`.
    pub const fn new(name: &'static str) -> Self {
        Self(name)
    }

    /// The whole name, `okta.scope`.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The vendor's part, `okta`.
    pub fn vendor(self) -> &'static str {
        self.0.split('.').next().unwrap_or(self.0)
    }

    /// The noun in words, `auth strategy`.
    pub fn noun(self) -> String {
        self.0
            .split_once('.')
            .map_or(self.0, |(_, noun)| noun)
            .replace('_', " ")
    }

    /// Makes the address of the entry with this key.
    pub fn at(self, key: &str) -> Address {
        Address {
            text: format!("{}.{key}", self.0).into(),
            kind: self.0.len(),
        }
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// Names one object of the document or of a vendor: `okta.scope.default/orders.read`.
///
/// The first two segments are the kind, the rest is the key: the names on the way to the entry,
/// joined by `/`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Address {
    text: Arc<str>,
    kind: usize,
}

impl Address {
    /// The kind's name, `okta.scope`.
    pub fn kind(&self) -> &str {
        self.text.get(..self.kind).unwrap_or_default()
    }

    /// The names on the way to the entry, `default/orders.read`.
    pub fn key(&self) -> &str {
        self.text.get(self.kind + 1..).unwrap_or_default()
    }

    /// The whole address.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Tells whether the object is of this kind.
    pub fn is(&self, kind: KindName) -> bool {
        self.kind() == kind.as_str()
    }

    /// The vendor's part of the kind, `okta`.
    pub fn vendor(&self) -> &str {
        self.text.split('.').next().unwrap_or_default()
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// Says why a text is no address.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error(
    "`{0}` is no address: expected `vendor.kind.key`, such as `okta.scope.default/orders.read`"
)]
pub struct AddressError(String);

impl std::str::FromStr for Address {
    type Err = AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || AddressError(text.to_owned());
        let vendor = text.find('.').filter(|at| *at > 0).ok_or_else(wrong)?;
        let noun = text
            .get(vendor + 1..)
            .and_then(|rest| rest.find('.'))
            .filter(|at| *at > 0)
            .ok_or_else(wrong)?;
        let kind = vendor + 1 + noun;
        if kind + 1 >= text.len() {
            return Err(wrong());
        }
        Ok(Self {
            text: text.into(),
            kind,
        })
    }
}

impl Serialize for Address {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Address {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
