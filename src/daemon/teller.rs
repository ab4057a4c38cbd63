use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

use crate::status::{AlertStatus, Alerting, HistoryEntry};

/// Who is told what happens: alerts go out, history is kept, and what was seen is remembered.
pub trait Teller: Send + Sync {
    /// All alerts of a document as they stand now: new ones fire, missing ones are resolved.
    fn settle(&self, document: &str, alerts: Vec<AlertStatus>, now: Timestamp);
    /// Writes a line of history.
    fn record(&self, entry: &HistoryEntry);
    /// The last lines of history, the newest first.
    fn recent(&self, document: &str, limit: usize) -> Vec<HistoryEntry>;
    /// What was kept of a document.
    fn recall(&self, document: &str) -> Option<String>;
    /// Keeps something of a document over restarts.
    fn keep(&self, document: &str, text: &str);
    /// What became of the alerts.
    fn alerting(&self) -> Alerting;
}

/// Tells nobody, and remembers as long as it lives.
#[derive(Debug, Default)]
pub struct Nobody(Mutex<HashMap<String, String>>);

impl Teller for Nobody {
    fn settle(&self, _document: &str, _alerts: Vec<AlertStatus>, _now: Timestamp) {}

    fn record(&self, _entry: &HistoryEntry) {}

    fn recent(&self, _document: &str, _limit: usize) -> Vec<HistoryEntry> {
        Vec::new()
    }

    fn recall(&self, document: &str) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.get(document).cloned()
    }

    fn keep(&self, document: &str, text: &str) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(document.to_owned(), text.to_owned());
    }

    fn alerting(&self) -> Alerting {
        Alerting::default()
    }
}
