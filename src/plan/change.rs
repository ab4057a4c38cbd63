use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::base::{Span, Value};

/// What is done to one object; "nothing" is the absence of a step.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum Action {
    /// It is made.
    Create,
    /// It exists without an owner and is taken into care.
    Adopt,
    /// Fields are changed.
    Update,
    /// It is deleted and made anew, because a field cannot be changed.
    Replace,
    /// It is deleted.
    Delete,
}

impl Action {
    /// Tells whether the object, or the one in its place, exists afterwards.
    pub fn makes(self) -> bool {
        match self {
            Self::Create | Self::Adopt | Self::Update | Self::Replace => true,
            Self::Delete => false,
        }
    }

    /// Tells whether the live object is deleted.
    pub fn removes(self) -> bool {
        match self {
            Self::Replace | Self::Delete => true,
            Self::Create | Self::Adopt | Self::Update => false,
        }
    }

    /// The verb, `create`.
    pub fn verb(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Adopt => "adopt",
            Self::Update => "update",
            Self::Replace => "replace",
            Self::Delete => "delete",
        }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.verb())
    }
}

/// One field, before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The name that the document uses.
    pub name: &'static str,
    /// What the vendor has.
    pub old: Value,
    /// What the document wants.
    pub new: Value,
    /// Whether only the fact of the change may be shown.
    pub sensitive: bool,
    /// Where the document declares it.
    pub because: Option<Span>,
}
