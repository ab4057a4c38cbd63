use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind};
use tokio::sync::Notify;

/// What the operating system told, until somebody looks.
#[derive(Debug, Default)]
pub(super) struct Bell {
    heard: Mutex<Heard>,
    rung: Notify,
}

#[derive(Debug, Default)]
struct Heard {
    /// How many events there were.
    count: u64,
    /// Files that were written to and are still open for writing, and when they were written to last.
    writing: HashMap<PathBuf, Instant>,
}

/// A writer that keeps its file open without writing is not waited for any longer.
const PATIENCE: Duration = Duration::from_secs(5);

/// More open files than these are not remembered.
const MOST_WRITERS: usize = 1024;

impl Bell {
    /// Takes an event; called by the watcher's own thread.
    pub(super) fn hear(&self, event: &notify::Result<Event>) {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        // an error may mean that events were lost, so it counts as one
        if let Ok(event) = event
            && !heard.note(event)
        {
            return;
        }
        heard.count += 1;
        drop(heard);
        self.rung.notify_one();
    }

    /// Waits until something was heard since the last time.
    pub(super) async fn rung(&self) {
        self.rung.notified().await;
    }

    /// How many events there were.
    pub(super) fn count(&self) -> u64 {
        self.heard
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .count
    }

    /// Tells whether one of these files is being written.
    pub(super) fn is_writing(&self, files: &HashSet<PathBuf>, now: Instant) -> bool {
        let mut heard = self.heard.lock().unwrap_or_else(PoisonError::into_inner);
        heard
            .writing
            .retain(|_, last| now.saturating_duration_since(*last) < PATIENCE);
        heard.writing.keys().any(|path| files.contains(path))
    }
}

impl Heard {
    /// Remembers who writes; tells whether the event is of any interest.
    fn note(&mut self, event: &Event) -> bool {
        match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write))
            | EventKind::Remove(_)
            | EventKind::Modify(ModifyKind::Name(_)) => {
                for path in &event.paths {
                    self.writing.remove(path);
                }
                true
            }
            EventKind::Modify(ModifyKind::Data(_)) => {
                for path in &event.paths {
                    if self.writing.len() < MOST_WRITERS || self.writing.contains_key(path) {
                        self.writing.insert(path.clone(), Instant::now());
                    }
                }
                true
            }
            // our own reading causes these
            EventKind::Access(_) => false,
            EventKind::Any | EventKind::Create(_) | EventKind::Modify(_) | EventKind::Other => {
                if event.need_rescan() {
                    self.writing.clear();
                }
                true
            }
        }
    }
}
