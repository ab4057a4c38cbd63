use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::status::{AlertKind, AlertStatus};

/// What became of an alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The alert, as it is or was last.
    pub alert: AlertStatus,
    /// What happened to it.
    pub turn: Turn,
}

/// What a message, or a change, says of an alert.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Turn {
    /// It is new.
    Fired,
    /// It lasts, but is about something else than before: other values, another severity.
    Changed,
    /// It lasts, and is told again.
    Repeated,
    /// It is gone.
    Resolved,
}

impl Turn {
    /// The word for machines, `fired`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::Changed => "changed",
            Self::Repeated => "repeated",
            Self::Resolved => "resolved",
        }
    }
}

/// One message to one receiver, as it waits in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Message {
    /// The same for every try.
    pub(super) id: String,
    /// What it says.
    pub(super) turn: Turn,
    /// When it was decided to tell it.
    pub(super) at: Timestamp,
    /// Which one it is about the same alert to the same receiver, from 1.
    pub(super) number: u32,
    /// The alert.
    pub(super) alert: AlertStatus,
}

impl Message {
    /// A message of its own id.
    pub(super) fn new(alert: AlertStatus, turn: Turn, number: u32, at: Timestamp) -> Self {
        Self {
            id: format!("msg_{}", uuid::Uuid::new_v4().simple()),
            turn,
            at,
            number,
            alert,
        }
    }
}

/// What decides whether two alerts of one key say the same.
///
/// The values for drift; who did it, when, and how often may become known later without being news. The
/// texts of other alerts may have a new request id each time.
pub(super) fn gist(alert: &AlertStatus) -> String {
    let head = format!("{} {}", alert.kind.as_str(), alert.severity);
    let Some(difference) = alert
        .difference
        .as_ref()
        .filter(|_| alert.kind == AlertKind::Drift)
    else {
        return head;
    };
    let fields: Vec<_> = difference
        .fields
        .iter()
        .map(|field| (&field.name, &field.wanted, &field.live))
        .collect();
    format!("{head} {}", serde_json::json!([difference.action, fields]))
}
