use std::collections::BTreeMap;
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::Timestamp;
use tokio::sync::{Notify, watch};

use super::outbox::{MIGRATIONS, Outbox};
use super::send::{Courier, CourierOptions};
use super::{Change, DeskError, Receiver, Trial, deliver, settle, trial};
use crate::daemon::history::History;
use crate::daemon::store::{Database, Durability, Memory, StoreError};
use crate::status::{AlertStatus, Alerting};
use crate::vendor::Clock;

/// Where alerts are settled and sent from; clones share everything.
#[derive(Clone)]
pub struct Desk(pub(super) Arc<Inner>);

/// How the desk meets receivers, and where it tells of it.
#[derive(Debug, Clone)]
pub struct DeskOptions {
    /// PEM files with the certificates of CAs that are trusted besides the machine's.
    pub ca_files: Vec<PathBuf>,
    /// Time for a connection.
    pub connect: Duration,
    /// Time for a whole answer, and for a program to end.
    pub answer: Duration,
    /// Where deliveries are noted.
    pub history: Option<History>,
}

pub(super) struct Inner {
    pub(super) database: Database,
    pub(super) outbox: Outbox,
    pub(super) receivers: Mutex<BTreeMap<String, Arc<[Receiver]>>>,
    pub(super) courier: Courier,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) history: Option<History>,
    pub(super) counts: Counts,
    /// Rung when there may be something to deliver.
    pub(super) wake: Notify,
    changes: watch::Sender<u64>,
}

/// Since the process began.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) delivered: AtomicU64,
    pub(super) failed: AtomicU64,
    pub(super) refused: AtomicU64,
}

impl Default for DeskOptions {
    fn default() -> Self {
        Self {
            ca_files: Vec::new(),
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            history: None,
        }
    }
}

impl DeskOptions {
    pub(super) fn courier(&self) -> CourierOptions {
        CourierOptions {
            ca_files: self.ca_files.clone(),
            connect: self.connect,
            answer: self.answer,
        }
    }
}

impl Desk {
    /// The state's file in the state folder.
    pub const FILE: &str = "state.sqlite";

    /// Opens the state in a folder; one that cannot be used is an error, because alerts would be lost.
    pub fn open(
        folder: &Path,
        options: &DeskOptions,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DeskError> {
        let database = Database::open(&folder.join(Self::FILE), Durability::Machine, MIGRATIONS)?;
        Ok(Self(Arc::new(Inner {
            outbox: Outbox::new(database.clone()),
            database,
            receivers: Mutex::default(),
            courier: Courier::new(&options.courier(), Arc::clone(&clock))?,
            clock,
            history: options.history.clone(),
            counts: Counts::default(),
            wake: Notify::new(),
            changes: watch::Sender::new(0),
        })))
    }

    /// What is remembered of each document, in the same file.
    pub fn memory(&self) -> Memory {
        Memory::new(self.0.database.clone())
    }

    /// Takes the place of a document's receivers; what waits for one that is gone is dropped.
    ///
    /// Until this is called for a document, nothing of it is delivered, and nothing is dropped.
    pub fn receivers(&self, document: &str, receivers: Vec<Receiver>) -> Result<(), DeskError> {
        for receiver in &receivers {
            self.0.courier.learn(&receiver.target);
        }
        let names: Vec<&str> = receivers.iter().map(|it| it.name.as_str()).collect();
        for (receiver, messages) in self.0.outbox.keep_only(document, &names)? {
            tracing::warn!(
                document,
                receiver,
                messages,
                "messages are dropped: the document does not name the receiver any more"
            );
        }
        self.0
            .receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(document.to_owned(), receivers.into());
        self.0.changed();
        Ok(())
    }

    /// Settles all alerts of a document as they stand now, and puts what follows into the outbox.
    ///
    /// New ones fire, those that are missing are resolved, lasting ones are told again after each
    /// receiver's `repeat`, or at once when they are about something else than before. The same again
    /// after it was resolved is told again only after `repeat`, too. Whoever calls [`Desk::receivers`] later
    /// is told later, and misses no end.
    pub fn settle(
        &self,
        document: &str,
        alerts: Vec<AlertStatus>,
        now: Timestamp,
    ) -> Result<Vec<Change>, DeskError> {
        const WHAT: &str = "settling alerts";
        let receivers = self.0.of(document).unwrap_or_default();
        let database = &self.0.database;
        let changes = database.change::<_, StoreError>(WHAT, |transaction| {
            settle::settle(transaction, document, alerts, &receivers, now)
                .map_err(|source| database.error(WHAT, source))
        })?;
        if !changes.is_empty() {
            self.0.changed();
        }
        // a receiver may be new, and know nothing of an alert that lasts
        self.0.wake.notify_one();
        Ok(changes)
    }

    /// Delivers what waits until it is asked to stop; what is under way then has a moment to end.
    pub async fn deliver(&self, stop: impl Future<Output = ()>) {
        deliver::deliver(&self.0, stop).await;
    }

    /// What lasts and what waits, of the documents whose receivers are known.
    pub fn alerting(&self) -> Alerting {
        self.0.alerting().unwrap_or_else(|error| {
            tracing::error!(error = &error as &dyn Error, "the alerts cannot be counted");
            self.0.counted()
        })
    }

    /// Is told whenever [`Desk::alerting`] may tell something else.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.0.changes.subscribe()
    }

    /// Sends one test message to each receiver of a document, past the outbox.
    pub async fn test(&self, document: &str) -> Vec<Trial> {
        let receivers = self.0.of(document).unwrap_or_default();
        trial::all(&self.0.courier, document, &receivers, self.0.clock.as_ref()).await
    }
}

impl Inner {
    pub(super) fn of(&self, document: &str) -> Option<Arc<[Receiver]>> {
        self.receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(document)
            .cloned()
    }

    pub(super) fn changed(&self) {
        self.changes
            .send_modify(|count| *count = count.wrapping_add(1));
        self.wake.notify_one();
    }

    /// The time, in milliseconds since 1970.
    pub(super) fn now(&self) -> i64 {
        self.clock.unix().saturating_mul(1000)
    }

    fn alerting(&self) -> Result<Alerting, StoreError> {
        let documents: Vec<String> = self
            .receivers
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .keys()
            .cloned()
            .collect();
        let mut alerting = self.counted();
        for document in &documents {
            let firing = self.database.with("reading alerts", |connection| {
                settle::firing(connection, document)
            })?;
            alerting.firing.extend(firing.into_values());
            alerting.waiting += self.outbox.waiting(document)?;
        }
        Ok(alerting)
    }

    fn counted(&self) -> Alerting {
        let count = |count: &AtomicU64| count.load(Ordering::Relaxed);
        Alerting {
            delivered: count(&self.counts.delivered),
            failed: count(&self.counts.failed),
            refused: count(&self.counts.refused),
            ..Alerting::default()
        }
    }
}

impl fmt::Debug for Desk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Desk")
            .field("database", &self.0.database)
            .finish_non_exhaustive()
    }
}
