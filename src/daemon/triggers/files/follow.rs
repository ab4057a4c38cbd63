use std::collections::{BTreeSet, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, oneshot, watch};

use super::Followed;
use super::bell::Bell;
use super::contents::{Contents, Reading, State};
use super::folders::folders;
use super::settle::{Settle, Verdict, Writers};
use super::watching::Watching;
use crate::engine::input::DEFAULT;

/// Everything is read so often, whatever was heard.
pub(super) const POLL: Duration = Duration::from_secs(30);

/// Readings until all folders are watched that a reading led to: a link to a link, new in between.
const ROUNDS: u32 = 4;

/// Asks for other files to be followed.
pub(super) struct Set {
    pub(super) others: Vec<PathBuf>,
    pub(super) done: oneshot::Sender<()>,
}

/// The task behind [`Files`](super::Files).
pub(super) struct Follow {
    followed: Followed,
    watching: Arc<Mutex<Watching>>,
    bell: Arc<Bell>,
    tx: watch::Sender<Option<Arc<Contents>>>,
    told: Option<State>,
    poll: Duration,
}

impl Follow {
    pub(super) fn new(
        followed: Followed,
        watching: Watching,
        bell: Arc<Bell>,
        tx: watch::Sender<Option<Arc<Contents>>>,
        poll: Duration,
    ) -> Self {
        Self {
            followed,
            watching: Arc::new(Mutex::new(watching)),
            bell,
            tx,
            told: None,
            poll,
        }
    }

    pub(super) async fn run(mut self, mut sets: mpsc::Receiver<Set>) {
        let mut settle = Some(Settle::at_once(Instant::now()));
        let mut poll = Instant::now() + self.poll;
        loop {
            let due = settle.as_ref().map_or(poll, Settle::due);
            tokio::select! {
                set = sets.recv() => {
                    let Some(set) = set else {
                        return;
                    };
                    self.followed.others = set.others;
                    let Some(reading) = self.read().await else {
                        return;
                    };
                    if let Some(told) = &mut self.told {
                        told.learn(&reading.state);
                    }
                    settle.get_or_insert_with(|| Settle::by_event(Instant::now()));
                    // whoever asked may have gone
                    let _ = set.done.send(());
                }
                () = self.bell.rung() => {
                    let now = Instant::now();
                    settle.get_or_insert_with(|| Settle::by_event(now)).heard(now);
                }
                () = tokio::time::sleep_until(due.into()) => {
                    let begun = Instant::now();
                    let events = self.bell.count();
                    let Some(reading) = self.read().await else {
                        return;
                    };
                    poll = begun + self.poll;
                    if settle.is_none() && Some(&reading.state) == self.told.as_ref() {
                        continue;
                    }
                    let judged = settle.get_or_insert_with(|| Settle::by_poll(begun));
                    let busy = self.bell.is_writing(&reading.real, Instant::now());
                    let writers = Writers { events, busy };
                    let state = reading.state.clone();
                    match judged.judge(state, self.told.as_ref(), writers, begun) {
                        Verdict::Again => {}
                        Verdict::Same => settle = None,
                        Verdict::Tell => {
                            settle = None;
                            self.told = Some(reading.state);
                            self.tx.send_replace(Some(Arc::new(reading.contents)));
                        }
                    }
                }
            }
        }
    }

    /// Watches what is to be watched now, then reads: what happens after the reading is heard.
    async fn read(&self) -> Option<Reading> {
        let (watching, followed) = (Arc::clone(&self.watching), self.followed.clone());
        let work = move || {
            let mut watching = watching.lock().unwrap_or_else(PoisonError::into_inner);
            read(&followed, &mut watching)
        };
        match tokio::task::spawn_blocking(work).await {
            Ok(reading) => Some(reading),
            Err(error) => {
                // the process ends; after a panic, which is a bug, the schedule goes on without us
                tracing::error!(error = %error, "files are not followed any more");
                None
            }
        }
    }
}

fn read(followed: &Followed, watching: &mut Watching) -> Reading {
    let given = followed.documents.iter().chain(&followed.others);
    let mut paths: HashSet<PathBuf> = given.cloned().collect();
    if followed.documents.is_empty() {
        paths.insert(PathBuf::from(DEFAULT));
    }
    let mut covered = around(&paths, followed);
    let mut round = 1;
    loop {
        watching.cover(&covered);
        let reading = Reading::of(followed);
        // a file of a folder may be a link to elsewhere
        paths.extend(reading.names.iter().cloned());
        let all = around(&paths, followed);
        if all == covered || round == ROUNDS {
            return reading;
        }
        covered = all;
        round += 1;
    }
}

/// The folders to watch for these paths.
fn around(paths: &HashSet<PathBuf>, followed: &Followed) -> BTreeSet<PathBuf> {
    let each = paths.iter();
    each.flat_map(|path| folders(&followed.here.join(path)))
        .collect()
}
