use std::fmt;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::base::{Address, Urgency};
use crate::plan::Action;

/// One object that is not as the document says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Difference {
    /// The object.
    #[schemars(with = "String")]
    pub address: Address,
    /// What would make it as the document says; `create` of an object that is gone.
    pub action: Action,
    /// The fields that differ.
    pub fields: Vec<FieldDifference>,
    /// Which side moved.
    pub moved: Moved,
    /// How grave it is.
    pub severity: Urgency,
    /// Who did it, where the vendor's log knows it.
    pub actor: Option<Actor>,
    /// When it was seen first.
    #[schemars(with = "String")]
    pub since: Timestamp,
    /// How often it came, this time included: more than once means that it was mended and came back.
    pub times: u64,
    /// The line of the document.
    pub place: Option<Place>,
}

/// One field that differs.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FieldDifference {
    /// The name that the document uses.
    pub name: String,
    /// What the document wants; null where only the fact may be shown.
    pub wanted: Value,
    /// What the vendor has; null where only the fact may be shown.
    pub live: Value,
    /// Whether only the fact of the difference is shown.
    pub sensitive: bool,
    /// The line of the document.
    pub place: Option<Place>,
}

/// Which side of a difference moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Moved {
    /// Somebody changed the document: the change waits to be applied.
    Document,
    /// Somebody changed the vendor's side: drift.
    Live,
    /// Both.
    Both,
    /// Nothing is remembered that it could be compared with.
    Unknown,
}

impl Moved {
    /// Tells whether it is drift, or may be.
    pub fn is_drift(self) -> bool {
        match self {
            Self::Live | Self::Both | Self::Unknown => true,
            Self::Document => false,
        }
    }
}

/// Who changed something, by the vendor's own log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Actor {
    /// The name that people know.
    pub name: String,
    /// The login or client id.
    pub login: String,
    /// Okta's type, `User`, `PublicClientApp`.
    pub kind: String,
    /// The address that it came from.
    pub ip: Option<String>,
    /// The program that it was done with.
    pub user_agent: Option<String>,
    /// What was done, by Okta's name of it, `oauth2.scope.updated`.
    pub event: String,
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The request, by which Okta's support and log find it.
    pub request_id: Option<String>,
}

/// A place in a file of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// The file, as it was given.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
