//! One writing run of a document at a time on one machine ([`FileLock`]).

use std::fs;
use std::path::{Path, PathBuf};

use super::error::{CliError, ErrorKind as Class};
use super::screen::Screen;
use crate::base::{SourceMap, printable};
use crate::engine::{FileLock, Holder, LockError};

/// The folder beside the document, which the sandbox's state is in, too.
const FOLDER: &str = ".dcrsync";

/// Held as long as it lives.
#[derive(Debug)]
pub(super) struct RunLock {
    path: PathBuf,
    /// Nothing where the file system knows no locks, or may not be written to.
    file: Option<FileLock>,
}

/// Another run has it.
#[derive(Debug, thiserror::Error)]
#[error("another run of `{document}` is under way on this machine{}", told(.holder.as_ref()))]
struct Held {
    document: String,
    holder: Option<Holder>,
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
    pub(super) fn take(
        document: &str,
        sources: &SourceMap,
        command: &str,
        screen: Screen,
    ) -> Result<Self, CliError> {
        let path = folder(sources)
            .join(FOLDER)
            .join(format!("{document}.lock"));
        match FileLock::try_take(&path, command) {
            Ok(lock) => Ok(Self {
                path,
                file: Some(lock),
            }),
            Err(LockError::Held(holder)) => {
                let hint = holder.as_ref().map_or_else(
                    || "wait for its end".to_owned(),
                    |holder| {
                        format!(
                            "wait for its end, or stop it with `kill {}`: it ends what runs and reports the rest",
                            holder.pid
                        )
                    },
                );
                let document = document.to_owned();
                Err(CliError::new(Held { document, holder })
                    .kind(Class::Refused)
                    .hint(hint))
            }
            // as with a document that is mounted read-only: the run is not worse than without locks
            Err(LockError::File(error)) => {
                screen.tell(&format!(
                    "No lock keeps a second run away: `{}` cannot be locked ({error}).\n",
                    path.display()
                ));
                Ok(Self { path, file: None })
            }
        }
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        if let Some(lock) = self.file.take() {
            drop(lock);
            if let Some(folder) = self.path.parent() {
                // only an empty one goes
                let _ = fs::remove_dir(folder);
            }
        }
    }
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
