use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use super::alerts::{Desk, DeskError, DeskOptions};
use super::board::Board;
use super::clerk::Clerk;
use super::history::History;
use super::store::StoreError;
use crate::vendor::Clock;

/// What is kept in the state folder: alerts on their way, what was seen, and the history.
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

    /// Who tells by both.
    pub fn clerk(&self) -> Clerk {
        Clerk::new(self.desk.clone(), self.history.clone())
    }
}
