//! Floor 3: what the daemon publishes and the page shows; pure data.
//!
//! A [`Status`] is a whole picture at one time: the daemon makes it, a `watch` channel carries it, and
//! page, metrics and API read it. Nobody asks a vendor to show something. It holds no secret: values are
//! those of a plan, in which secrets are fingerprints and not shown.

mod alert;
mod budget;
mod difference;
mod document;
mod event;
mod object;
mod run;
mod schema;
mod secret;
mod tally;

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

pub use alert::{AlertKind, AlertStatus, Alerting};
pub use budget::{BudgetStatus, RequestCount};
pub use difference::{Actor, Difference, FieldDifference, Moved, Place};
pub use document::{DocumentStatus, Health, Hold};
pub use event::{Happening, HistoryEntry};
pub use object::{ObjectState, ObjectStatus};
pub use run::{RunOutcome, RunStatus, Trigger};
pub use schema::schema;
pub use secret::SecretStatus;
pub use tally::{RunBucket, RunCount, RunTally};

/// Everything that the daemon knows, at one time.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(title = "dcrsync status")]
pub struct Status {
    /// The format of this value; raised when a field changes its meaning or goes.
    #[schemars(extend("const" = 1))]
    pub format: u32,
    /// The program's version.
    pub version: String,
    /// The name of this process among replicas.
    pub instance: String,
    /// When the process began.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// The documents that are watched, in the order in which they were given.
    pub documents: Vec<DocumentStatus>,
    /// What is left of the vendors' rate limits, as far as it is known.
    pub budgets: Vec<BudgetStatus>,
    /// The requests sent since the process began.
    pub requests: Vec<RequestCount>,
    /// The alerts that are on their way, and those that were sent.
    pub alerting: Alerting,
}

impl Status {
    /// The format that this program writes.
    pub const FORMAT: u32 = 1;

    /// A document by its name.
    pub fn document(&self, name: &str) -> Option<&DocumentStatus> {
        self.documents.iter().find(|document| document.name == name)
    }
}

#[cfg(test)]
mod tests;
