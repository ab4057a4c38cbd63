use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::{Instant, sleep, sleep_until};

use super::SandboxError;
use super::shared::Shared;
use super::state_file::{Snapshot, StateFile};
use super::world::World;

/// How soon the journal is saved when nothing but it grew.
const JOURNAL_EVERY: Duration = Duration::from_millis(500);
/// The least rest between two saves.
const REST: Duration = Duration::from_millis(20);
/// A save that takes longer than this is one of a large state.
const LARGE: Duration = Duration::from_millis(5);
/// The least rest between two saves of a large state: under load it is saved once a second, not once a request.
const LARGE_REST: Duration = Duration::from_secs(1);

/// Keeps the state file in step with the world.
pub(super) struct Saver {
    world: Arc<World>,
    file: StateFile,
    /// The vendors' parts as last written as JSON; also the lock that keeps saves one after another.
    parts: Mutex<Option<Parts>>,
}

struct Parts {
    okta: Vec<u8>,
    konnect: Vec<u8>,
}

impl Saver {
    /// Saves a world to a file, from now on.
    pub(super) fn new(world: Arc<World>, file: StateFile) -> Self {
        Self {
            world,
            file,
            parts: Mutex::new(None),
        }
    }

    /// Saves now.
    pub(super) fn save(&self) -> Result<(), SandboxError> {
        let common = &self.world.common;
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        // cleared before the states are read: a change in between is saved twice rather than never
        let changed = common.dirty.swap(false, Ordering::AcqRel);
        let fresh = match parts.take() {
            Some(known) if !changed => known,
            Some(_) | None => Parts {
                okta: encode(&self.world.okta)?,
                konnect: encode(&self.world.konnect)?,
            },
        };
        let parts = parts.insert(fresh);
        let text = Snapshot {
            origins: common.origins.get(),
            clock_offset: common.clock_offset.load(Ordering::Relaxed),
            journal: self.world.journal().entries(),
            audit: self.world.audit().changes(),
            okta: &parts.okta,
            konnect: &parts.konnect,
        }
        .text()?;
        self.file.write(&text)
    }

    /// Saves soon after each change, until `stop` says so or its sender is gone.
    pub(super) async fn run(self: Arc<Self>, mut stop: watch::Receiver<bool>) {
        let mut journal_due: Option<Instant> = None;
        loop {
            // changes that no request made are found at the latest by this look around
            let wake = journal_due.unwrap_or_else(|| Instant::now() + JOURNAL_EVERY);
            let touched = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                () = self.world.touched.notified() => true,
                () = sleep_until(wake) => false,
            };
            let due = journal_due.is_some_and(|due| due <= Instant::now());
            if due || self.world.common.dirty.load(Ordering::Acquire) {
                journal_due = None;
                let before = Instant::now();
                let saver = Arc::clone(&self);
                match tokio::task::spawn_blocking(move || saver.save()).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => tracing::warn!(%error, "the sandbox's state is not saved"),
                    Err(error) => tracing::warn!(%error, "the sandbox's state is not saved"),
                }
                tokio::select! {
                    _ = stop.wait_for(|stop| *stop) => return,
                    () = sleep(rest(before.elapsed())) => {}
                }
            } else if touched && journal_due.is_none() {
                journal_due = Some(Instant::now() + JOURNAL_EVERY);
            }
        }
    }
}

/// How long to wait after a save that took so long.
fn rest(took: Duration) -> Duration {
    if took > LARGE {
        LARGE_REST.max(took * 9)
    } else {
        REST
    }
}

fn encode<T: serde::Serialize>(state: &Shared<T>) -> Result<Vec<u8>, SandboxError> {
    state.read(serde_json::to_vec).map_err(SandboxError::Encode)
}
