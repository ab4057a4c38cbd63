//! One writing run of a document at a time on one machine.
//!
//! The system gives the lock back when the process ends, however it ends, so none is ever stale. The file's
//! text only tells the other run who it is that holds it.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, ErrorKind, Read, Seek, Write};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::{SourceMap, printable};

/// The folder beside the document, which the sandbox's state is in, too.
const FOLDER: &str = ".dcrsync";
/// More than these bytes no run writes about itself.
const LONGEST: u64 = 4096;

/// Held as long as it lives.
#[derive(Debug)]
pub struct RunLock {
    path: PathBuf,
    /// Locked as long as it is open.
    _file: File,
}

/// Who holds it.
#[derive(Debug, Serialize, Deserialize)]
struct Holder {
    pid: u32,
    since: String,
    command: String,
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
        match Self::try_take(&path, document, command) {
            Ok(lock) => Ok(lock),
            Err(Trouble::Held(holder)) => {
                let document = document.to_owned();
                Err(LockError::Held(Held { document, holder }))
            }
            Err(Trouble::File(source)) => Err(LockError::File { path, source }),
        }
    }

    fn try_take(path: &Path, document: &str, command: &str) -> Result<Self, Trouble> {
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
                Err(TryLockError::WouldBlock) => return Err(Trouble::Held(read(&mut file))),
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
            tracing::debug!(document, path = %path.display(), "locked");
            return Ok(Self {
                path: path.to_owned(),
                _file: file,
            });
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // while it is held, so that nobody else's is removed; what stays does no harm
        let _ = fs::remove_file(&self.path);
        if let Some(folder) = self.path.parent() {
            // only an empty one goes
            let _ = fs::remove_dir(folder);
        }
    }
}

enum Trouble {
    Held(Option<Holder>),
    File(io::Error),
}

impl From<io::Error> for Trouble {
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
