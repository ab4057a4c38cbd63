//! Follows the files of one document: tells when what they hold has changed, and what they hold then.
//!
//! ```text
//!   inotify, on folders ──► bell ─┐
//!   every 30 s ───────────────────┼─► settle: is it whole? ──► changed? ──► told
//!   the set changes ──────────────┘        two readings that agree
//! ```
//!
//! - Folders are watched, never files: a watch on a file ends with its inode, and a `ConfigMap` swaps a link
//!   beside it. Names in events decide nothing; the content does.
//! - A file is half-written as long as a writer holds it open after a write, as two readings differ, or, when
//!   it is empty or gone, for a second.
//! - Where there is no inotify (NFS, its limits), the poll alone finds changes, and looks twice a second apart.
//! - Only documents are handed on. Of keys and secrets no more than a digest is kept.

mod bell;
mod contents;
mod folders;
mod follow;
mod settle;
mod watching;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

pub use contents::Contents;
use follow::{Follow, POLL, Set};
use watching::Watching;

#[cfg(test)]
mod tests;

/// What is followed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Followed {
    /// The document, as it was given: files, folders, or nothing for the nearest `dcrsync.yaml`.
    pub documents: Vec<PathBuf>,
    /// Other files that matter: SOPS files, keys, secrets in files, the kill switch.
    pub others: Vec<PathBuf>,
    /// The folder that all paths are relative to.
    pub here: PathBuf,
}

/// Follows files as long as it lives.
#[derive(Debug)]
pub struct Files {
    sets: mpsc::Sender<Set>,
    task: JoinHandle<()>,
}

impl Files {
    /// Begins; what the documents hold at first is told, too.
    pub fn watch(followed: Followed, tx: watch::Sender<Option<Arc<Contents>>>) -> Self {
        Self::start(followed, tx, POLL, Watching::new)
    }

    fn start(
        followed: Followed,
        tx: watch::Sender<Option<Arc<Contents>>>,
        poll: Duration,
        watching: impl FnOnce(&Arc<bell::Bell>) -> Watching,
    ) -> Self {
        let (sets, asked) = mpsc::channel(1);
        let bell = Arc::default();
        let follow = Follow::new(followed, watching(&bell), bell, tx, poll);
        Self {
            sets,
            task: tokio::spawn(follow.run(asked)),
        }
    }

    /// Follows other files besides the documents from now on.
    ///
    /// Their content as it is when this returns is not told, each later one is: read them afterwards, and no
    /// change gets lost.
    pub async fn set(&self, others: Vec<PathBuf>) {
        let (done, waits) = oneshot::channel();
        // the task ends with this value only
        let _ = self.sets.send(Set { others, done }).await;
        let _ = waits.await;
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.task.abort();
    }
}
