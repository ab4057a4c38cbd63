//! One writing run of a document at a time on one machine ([`FileLock`]).

use std::path::{Path, PathBuf};
use std::{fs, io};

use super::file_lock::{FileLock, FileLockError, Holder};
use crate::base::{SourceMap, printable};

/// The folder beside the document, which the sandbox's state is in, too.
const FOLDER: &str = ".dcrsync";

/// Held as long as it lives.
#[derive(Debug)]
pub struct RunLock {
    /// Nothing when it was unlocked.
    lock: Option<FileLock>,
    path: PathBuf,
}

/// Another run has it.
#[derive(Debug, thiserror::Error)]
#[error("another run of `{document}` is under way on this machine{}", told(.holder.as_ref()))]
pub struct Held {
    document: String,
    holder: Option<Holder>,
}

impl Held {
    /// The process that has it, if that is known already.
    pub fn pid(&self) -> Option<u32> {
        self.holder.as_ref().map(|holder| holder.pid)
    }
}

/// Says why the lock was not taken.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// Another run has it.
    #[error(transparent)]
    Held(Held),
    /// The file system knows no locks, or may not be written to.
    #[error("`{}` cannot be locked", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        source: io::Error,
    },
}

fn told(holder: Option<&Holder>) -> String {
    holder.map_or_else(String::new, |holder| {
        let command = printable(&holder.command);
        let since = printable(&holder.since);
        format!(": process {}, since {since}, `{command}`", holder.pid)
    })
}

impl RunLock {
    /// Takes the lock of a document, or says who has it; `command` is told to others.
    pub fn take(document: &str, sources: &SourceMap, command: &str) -> Result<Self, LockError> {
        let path = state_folder(sources).join(format!("{document}.lock"));
        match FileLock::try_take(&path, command) {
            Ok(lock) => Ok(Self {
                lock: Some(lock),
                path,
            }),
            Err(FileLockError::Held(holder)) => {
                let document = document.to_owned();
                Err(LockError::Held(Held { document, holder }))
            }
            Err(FileLockError::File(source)) => Err(LockError::File { path, source }),
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        drop(self.lock.take());
        if let Some(folder) = self.path.parent() {
            // only an empty one goes
            let _ = fs::remove_dir(folder);
        }
    }
}

/// The folder that holds what dcrsync keeps beside a document: `.dcrsync`.
pub fn state_folder(sources: &SourceMap) -> PathBuf {
    folder(sources).join(FOLDER)
}

/// The same for the same files, in whatever order and by whatever way they are named.
fn folder(sources: &SourceMap) -> PathBuf {
    let folders = sources.iter().map(|(_, source)| {
        let parent = Path::new(&source.name).parent().unwrap_or(Path::new(""));
        let parent = if parent.as_os_str().is_empty() {
            Path::new(".")
        } else {
            parent
        };
        fs::canonicalize(parent).unwrap_or_else(|_| parent.to_owned())
    });
    folders.min().unwrap_or_default()
}
