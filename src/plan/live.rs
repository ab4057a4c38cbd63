use std::fmt;

use super::{Named, Raw};
use crate::base::{Address, KindName, Value};

/// One object as a vendor reported it.
#[derive(Debug, Clone)]
pub struct Live {
    /// Its kind.
    pub kind: KindName,
    /// The vendor's id.
    pub id: String,
    /// The vendor's id of the object that contains it.
    pub parent: Option<String>,
    /// Its fields in the document's words; references are ids until [`World::link`](super::World::link).
    pub fields: Named<Value>,
    /// Objects that it does not work without, besides those that its fields point at: kind and the vendor's id.
    pub leans: Vec<(KindName, String)>,
    /// A kind of which the vendor deletes one object together with this one.
    pub along: Option<KindName>,
    /// Who marked it.
    pub owner: Option<Owner>,
    /// Whether the vendor made it; such objects are never deleted.
    pub system: bool,
    /// The vendor's own form, from which a complete replacement is built.
    pub raw: Raw,
    /// Its address; [`World::link`](super::World::link) fills it in.
    pub address: Option<Address>,
}

impl Live {
    /// Starts an object without fields.
    pub fn new(kind: KindName, id: impl Into<String>, raw: impl Into<Raw>) -> Self {
        Self {
            kind,
            id: id.into(),
            parent: None,
            fields: Named::default(),
            leans: Vec::new(),
            along: None,
            owner: None,
            system: false,
            raw: raw.into(),
            address: None,
        }
    }

    /// The value of a field.
    pub fn field(&self, name: &str) -> &Value {
        self.fields.get(name).unwrap_or(&Value::Null)
    }
}

/// Who marked a Konnect object as theirs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A document of dcrsync, by its `name`.
    Document(String),
    /// A namespace of kongctl.
    Kongctl(String),
}

impl fmt::Display for Owner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(name) => write!(f, "the dcrsync document `{name}`"),
            Self::Kongctl(namespace) => write!(f, "kongctl (namespace `{namespace}`)"),
        }
    }
}
