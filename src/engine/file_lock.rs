//! A lock on a file of this machine, which tells others who holds it.
//!
//! The system gives the lock back when the process ends, however it ends, so none is ever stale. The file's
//! text only tells the other process who it is that holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// More than these bytes no process writes about itself.
const LONGEST: u64 = 4096;

/// A file that this process has locked; dropped, it is unlocked and removed.
#[derive(Debug)]
pub struct FileLock {
    path: PathBuf,
    file: File,
}

/// Who holds a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holder {
    /// The process.
    pub pid: u32,
    /// Since when, RFC 3339 in UTC.
    pub since: String,
    /// What it was started as.
    pub command: String,
}

/// Says why a file could not be locked.
#[derive(Debug, thiserror::Error)]
pub enum FileLockError {
    /// Another process has it.
    #[error("another process has the lock")]
    Held(Option<Holder>),
    /// The file cannot be written, or its file system knows no locks.
    #[error("the file cannot be locked")]
    File(#[source] io::Error),
}

impl FileLock {
    /// Locks the file at the path, which is made where it is missing; `command` is told to others.
    pub fn try_take(path: &Path, command: &str) -> Result<Self, FileLockError> {
        loop {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder)?;
            }
            let opened = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path);
            let mut file = match opened {
                Ok(file) => file,
                // whoever ended just now took the folder away
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(error.into()),
            };
            match file.try_lock() {
                Ok(()) => {}
                Err(TryLockError::WouldBlock) => {
                    return Err(FileLockError::Held(read(&mut file)));
                }
                Err(TryLockError::Error(error)) => return Err(error.into()),
            }
            // whoever had it removed the file: this one is nobody's any more
            if !is_same(&file, path) {
                continue;
            }
            let holder = Holder {
                pid: std::process::id(),
                since: jiff::Timestamp::now().strftime("%FT%TZ").to_string(),
                command: command.to_owned(),
            };
            let text = serde_json::to_string(&holder).map_err(io::Error::from)?;
            file.set_len(0)?;
            file.write_all(text.as_bytes())?;
            tracing::debug!(path = %path.display(), "locked");
            return Ok(Self {
                path: path.to_owned(),
                file,
            });
        }
    }

    /// Whether the locked file is still the one at the path; where somebody removed it, others can lock a new one.
    pub fn is_there(&self) -> bool {
        is_same(&self.file, &self.path)
    }
}

impl Drop for FileLock {
    fn drop(&mut self) {
        // while it is held, so that nobody else's is removed; what stays does no harm
        if self.is_there() {
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl From<io::Error> for FileLockError {
    fn from(error: io::Error) -> Self {
        Self::File(error)
    }
}

/// Who holds it, as far as that was written already.
fn read(file: &mut File) -> Option<Holder> {
    let mut text = String::new();
    file.rewind().ok()?;
    file.take(LONGEST).read_to_string(&mut text).ok()?;
    serde_json::from_str(&text).ok()
}

fn is_same(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(there)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}
