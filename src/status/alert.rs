use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Difference;
use crate::base::Urgency;

/// One thing that somebody has to be told, as long as it lasts.
///
/// Two alerts with the same `document` and `key` are about the same thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct AlertStatus {
    /// The document.
    pub document: String,
    /// What it is about, unique within the document: `drift/okta.scope.default/orders.read`.
    pub key: String,
    /// Of what kind.
    pub kind: AlertKind,
    /// How grave.
    pub severity: Urgency,
    /// In a line, for a person.
    pub summary: String,
    /// The rest, for a person; lines.
    pub detail: String,
    /// The difference, for drift.
    pub difference: Option<Difference>,
    /// Since when.
    #[schemars(with = "String")]
    pub since: Timestamp,
}

/// What an alert is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertKind {
    /// A vendor's side was changed.
    Drift,
    /// The document cannot be used.
    Document,
    /// A vendor cannot be reached, or would not let us in.
    Unreachable,
    /// A guard or a check refuses to go on.
    Refused,
    /// Applying failed, or did not prove.
    Apply,
    /// Another tool changes back what we change.
    Fight,
    /// A secret is about to expire, or not in step.
    Secret,
    /// Nothing happened; somebody tries whether alerts arrive.
    Test,
}

impl AlertKind {
    /// The word for machines, `drift`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Drift => "drift",
            Self::Document => "document",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Apply => "apply",
            Self::Fight => "fight",
            Self::Secret => "secret",
            Self::Test => "test",
        }
    }
}

/// The alerts of all documents, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Alerting {
    /// What lasts at present.
    pub firing: Vec<AlertStatus>,
    /// Messages that are still to be delivered.
    pub waiting: u64,
    /// Messages that were delivered since the process began.
    pub delivered: u64,
    /// Tries that failed since the process began.
    pub failed: u64,
    /// Messages that were given up, because the receiver refused them.
    pub refused: u64,
}
