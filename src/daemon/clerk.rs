use std::error::Error;

use jiff::Timestamp;

use super::Teller;
use super::alerts::Desk;
use super::history::{History, Query};
use super::store::{Memory, StoreError};
use crate::status::{AlertStatus, Alerting, HistoryEntry};

/// Tells by alerts and the history, and remembers in the state's file.
///
/// Nobody can be told of a file that cannot be used but by the log: the run goes on, and what could not be
/// settled is settled by the next one.
#[derive(Debug, Clone)]
pub struct Clerk {
    desk: Desk,
    memory: Memory,
    history: History,
}

impl Clerk {
    /// Tells by these.
    pub fn new(desk: Desk, history: History) -> Self {
        Self {
            memory: desk.memory(),
            desk,
            history,
        }
    }
}

impl Teller for Clerk {
    fn settle(&self, document: &str, alerts: Vec<AlertStatus>, now: Timestamp) {
        if let Err(error) = self.desk.settle(document, alerts, now) {
            tracing::error!(
                document,
                error = &error as &dyn Error,
                "alerts are not settled"
            );
        }
    }

    fn record(&self, entry: &HistoryEntry) {
        told(self.history.record(entry), "the history misses an entry");
    }

    fn recent(&self, document: &str, limit: usize) -> Vec<HistoryEntry> {
        let query = Query {
            document: Some(document.to_owned()),
            since: None,
            limit: Some(limit),
        };
        told(self.history.entries(&query), "the history cannot be read").unwrap_or_default()
    }

    fn recall(&self, document: &str) -> Option<String> {
        told(
            self.memory.get(document),
            "what was seen before is not known",
        )
        .flatten()
    }

    fn keep(&self, document: &str, text: &str) {
        told(
            self.memory.put(document, text),
            "what was seen is not remembered",
        );
    }

    fn alerting(&self) -> Alerting {
        self.desk.alerting()
    }
}

fn told<T>(done: Result<T, StoreError>, what: &str) -> Option<T> {
    done.inspect_err(|error| tracing::error!(error = error as &dyn Error, "{what}"))
        .ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::Clerk;
    use crate::base::Urgency;
    use crate::daemon::Teller;
    use crate::daemon::alerts::{Desk, DeskOptions};
    use crate::daemon::history::History;
    use crate::status::{AlertKind, AlertStatus, Happening, HistoryEntry};
    use crate::vendor::Realtime;

    #[test]
    fn a_restart_finds_what_was_told_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let open = || {
            let clock = Arc::new(Realtime::default());
            let desk = Desk::open(folder.path(), &DeskOptions::default(), clock).unwrap();
            desk.receivers("shop", Vec::new()).unwrap();
            let path = folder.path().join(History::FILE);
            Clerk::new(
                desk,
                History::open(&path, Duration::from_hours(24)).unwrap(),
            )
        };
        let now = jiff::Timestamp::now();
        let alert = AlertStatus {
            document: "shop".to_owned(),
            key: "unreachable".to_owned(),
            kind: AlertKind::Unreachable,
            severity: Urgency::Warning,
            summary: "a vendor could not be reached".to_owned(),
            detail: String::new(),
            difference: None,
            since: now,
        };
        let entry = |message: &str| HistoryEntry {
            at: now,
            document: "shop".to_owned(),
            what: Happening::Alerted {
                key: "unreachable".to_owned(),
                receiver: "slack #1".to_owned(),
                message: message.to_owned(),
                delivered: true,
            },
        };
        let clerk = open();
        assert_eq!(clerk.recall("shop"), None);
        clerk.keep("shop", "seen");
        clerk.settle("shop", vec![alert.clone()], now);
        clerk.record(&entry("first"));
        clerk.record(&entry("second"));
        drop(clerk);
        let clerk = open();
        assert_eq!(clerk.recall("shop").as_deref(), Some("seen"));
        assert_eq!(clerk.alerting().firing, [alert]);
        assert_eq!(clerk.recent("shop", 1), [entry("second")]);
        assert_eq!(clerk.recent("bank", 9), []);
        clerk.settle("shop", Vec::new(), now);
        assert_eq!(clerk.alerting().firing, []);
    }
}
