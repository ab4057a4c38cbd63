use std::sync::Arc;

use tokio::sync::{Semaphore, mpsc, watch};

use super::process_key::ProcessKey;
use super::version::Versions;
use super::{Ask, Door, Page};
use crate::status::Status;

/// Streams of events that may be open at a time, half of the lines.
const STREAMS: usize = 128;

/// What all answers are made of.
pub(super) struct App {
    pub(super) status: watch::Receiver<Arc<Status>>,
    pub(super) ask: mpsc::Sender<Ask>,
    pub(super) door: Door,
    /// Whether it speaks https itself.
    pub(super) tls: bool,
    pub(super) key: ProcessKey,
    pub(super) versions: Versions,
    pub(super) streams: Arc<Semaphore>,
    /// Turns to `true` when the process ends.
    pub(super) closed: watch::Receiver<bool>,
}

impl App {
    pub(super) fn new(page: Page, tls: bool, closed: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Self {
            status: page.status,
            ask: page.ask,
            door: page.door,
            tls,
            key: ProcessKey::new(),
            versions: Versions::default(),
            streams: Arc::new(Semaphore::new(STREAMS)),
            closed,
        })
    }

    /// The status as it is now.
    pub(super) fn status(&self) -> Arc<Status> {
        Arc::clone(&self.status.borrow())
    }
}
