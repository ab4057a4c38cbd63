use schemars::JsonSchema;
use serde::Serialize;

use crate::base::Address;

/// One declared object, for the picture of what depends on what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ObjectStatus {
    /// The object.
    #[schemars(with = "String")]
    pub address: Address,
    /// How it is.
    pub state: ObjectState,
    /// The objects that have to be there before it.
    #[schemars(with = "Vec<String>")]
    pub needs: Vec<Address>,
}

/// How an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ObjectState {
    /// As the document says.
    InSync,
    /// The document was changed, and that is not applied yet.
    Pending,
    /// It was changed at the vendor's.
    Drifted,
    /// It is not there.
    Missing,
    /// It has to go.
    Surplus,
    /// Nobody looked yet.
    Unknown,
}

impl ObjectState {
    /// All, the least to worry about first.
    pub const ALL: [Self; 6] = [
        Self::InSync,
        Self::Unknown,
        Self::Pending,
        Self::Surplus,
        Self::Drifted,
        Self::Missing,
    ];

    /// The word for machines, `in_sync`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Pending => "pending",
            Self::Drifted => "drifted",
            Self::Missing => "missing",
            Self::Surplus => "surplus",
            Self::Unknown => "unknown",
        }
    }
}
