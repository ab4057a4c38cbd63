use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;

use crate::status::{Alerting, DocumentStatus, RequestCount, Status};
use crate::vendor::{Observer, RequestDone};

/// Where the daemon publishes its [`Status`]; clones publish at the same place.
#[derive(Clone)]
pub struct Board {
    status: watch::Sender<Arc<Status>>,
    counts: Arc<Mutex<BTreeMap<Counted, u64>>>,
}

/// To whom, the limit that it counts against, and the HTTP status.
type Counted = (&'static str, &'static str, Option<u16>);

impl Board {
    /// Publishes that the process began.
    pub fn new(instance: &str, now: Timestamp) -> Self {
        let status = Status {
            format: Status::FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            instance: instance.to_owned(),
            started: now,
            documents: Vec::new(),
            budgets: Vec::new(),
            requests: Vec::new(),
            alerting: Alerting::default(),
        };
        Self {
            status: watch::Sender::new(Arc::new(status)),
            counts: Arc::default(),
        }
    }

    /// Follows what is published.
    pub fn subscribe(&self) -> watch::Receiver<Arc<Status>> {
        self.status.subscribe()
    }

    /// Counts the requests of all clients that it is given to.
    pub fn observer(&self) -> Observer {
        let counts = Arc::clone(&self.counts);
        Arc::new(move |done: &RequestDone| {
            let counted = (done.vendor.as_str(), done.bucket, done.status);
            let mut counts = counts.lock().unwrap_or_else(PoisonError::into_inner);
            *counts.entry(counted).or_default() += 1;
        })
    }

    /// Publishes what became of one document.
    pub fn document(&self, document: DocumentStatus) {
        self.change(|status| {
            let known = status.documents.iter_mut();
            match known.into_iter().find(|known| known.name == document.name) {
                Some(known) => *known = document,
                None => status.documents.push(document),
            }
        });
    }

    /// Publishes a change, and the requests counted so far.
    pub fn change(&self, change: impl FnOnce(&mut Status)) {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let requests = counts.iter().map(|((vendor, bucket, status), count)| {
            let (vendor, bucket) = ((*vendor).to_owned(), (*bucket).to_owned());
            RequestCount {
                vendor,
                bucket,
                status: *status,
                count: *count,
            }
        });
        let requests = requests.collect();
        drop(counts);
        self.status.send_modify(|status| {
            let status = Arc::make_mut(status);
            status.requests = requests;
            change(status);
        });
    }
}
