use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;

use super::alerts::{Desk, DeskError, DeskOptions};
use super::board::Board;
use super::history::{History, Query};
use super::store::StoreError;
use super::teller::Teller;
use crate::status::{AlertStatus, Alerting, HistoryEntry};
use crate::vendor::Clock;

/// Tells receivers, writes history, and remembers over restarts; all of it in the state folder.
#[derive(Clone)]
pub struct Ledger {
    desk: Desk,
    history: History,
}

/// Why there is nowhere to keep anything.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// Alerts on their way would be lost.
    #[error("the state cannot be kept")]
    State(#[source] DeskError),
    /// History cannot be written.
    #[error("the history cannot be kept")]
    History(#[source] StoreError),
}

impl Ledger {
    /// Opens the state folder, and makes it if it is not there.
    pub fn open(folder: &Path, keep: Duration, clock: Arc<dyn Clock>) -> Result<Self, LedgerError> {
        let history = History::open(&folder.join(History::FILE), keep);
        let history = history.map_err(LedgerError::History)?;
        let options = DeskOptions {
            history: Some(history.clone()),
            ..DeskOptions::default()
        };
        let desk = Desk::open(folder, &options, clock).map_err(LedgerError::State)?;
        Ok(Self { desk, history })
    }

    /// Where alerts are sent from.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    /// Publishes what becomes of alerts, which are delivered between runs; for as long as it is polled.
    pub async fn tell(self, board: Board) {
        let mut changes = self.desk.changes();
        while changes.changed().await.is_ok() {
            let alerting = self.desk.alerting();
            board.change(|status| status.alerting = alerting);
        }
    }

    /// The history.
    pub fn history(&self) -> &History {
        &self.history
    }
}

impl Teller for Ledger {
    fn settle(&self, document: &str, alerts: Vec<AlertStatus>, now: Timestamp) {
        if let Err(error) = self.desk.settle(document, alerts, now) {
            tracing::error!(
                document,
                error = &error as &dyn std::error::Error,
                "alerts cannot be kept"
            );
        }
    }

    fn record(&self, entry: &HistoryEntry) {
        if let Err(error) = self.history.record(entry) {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "history cannot be written"
            );
        }
    }

    fn recent(&self, document: &str, limit: usize) -> Vec<HistoryEntry> {
        let query = Query {
            document: Some(document.to_owned()),
            since: None,
            limit: Some(limit),
        };
        self.history.entries(&query).unwrap_or_default()
    }

    fn recall(&self, document: &str) -> Option<String> {
        self.desk.memory().get(document).ok().flatten()
    }

    fn keep(&self, document: &str, text: &str) {
        if let Err(error) = self.desk.memory().put(document, text) {
            tracing::warn!(
                document,
                error = &error as &dyn std::error::Error,
                "what was seen is not remembered"
            );
        }
    }

    fn alerting(&self) -> Alerting {
        self.desk.alerting()
    }
}
