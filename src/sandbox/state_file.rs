use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{Change, Entry, Origins, SandboxError};

/// The only format so far.
const FORMAT: u32 = 1;

/// A state as it was kept: the vendors' parts still as JSON, as their origins may have to change.
#[derive(Deserialize)]
pub(super) struct Kept {
    pub(super) origins: Origins,
    pub(super) clock_offset: i64,
    pub(super) okta: Value,
    pub(super) konnect: Value,
    #[serde(default)]
    pub(super) journal: Vec<Entry>,
    #[serde(default)]
    pub(super) audit: Vec<Change>,
}

/// A state as it is written, its vendors' parts as JSON text.
pub(super) struct Snapshot<'a> {
    pub(super) origins: Option<&'a Origins>,
    pub(super) clock_offset: i64,
    pub(super) journal: Vec<Entry>,
    pub(super) audit: Vec<Change>,
    pub(super) okta: &'a [u8],
    pub(super) konnect: &'a [u8],
}

/// The file that a sandbox's state is kept in, locked while the sandbox runs.
#[derive(Debug)]
pub(super) struct StateFile {
    path: PathBuf,
    /// Held for its lock, which ends with the process at the latest.
    _lock: File,
}

impl StateFile {
    /// Takes a file for this sandbox alone; its folder is made where it is missing.
    pub(super) fn open(path: PathBuf) -> Result<Self, SandboxError> {
        let failed = |verb| {
            let path = path.clone();
            move |source| SandboxError::StateFile { verb, path, source }
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(failed("make the folder of"))?;
        }
        let lock = private(OpenOptions::new().create(true).truncate(false))
            .open(beside(&path, ".lock"))
            .map_err(failed("lock"))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(SandboxError::InUse { path }),
            Err(TryLockError::Error(source)) => Err(failed("lock")(source)),
        }
    }

    /// Reads what was kept; none where the file is not there yet.
    pub(super) fn read(&self) -> Result<Option<Kept>, SandboxError> {
        #[derive(Deserialize)]
        struct Version {
            format: u32,
        }
        let text = match std::fs::read(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => {
                return Err(SandboxError::StateFile {
                    verb: "read",
                    path: self.path.clone(),
                    source,
                });
            }
        };
        let Version { format } =
            serde_json::from_slice(&text).map_err(|source| self.malformed(source))?;
        if format != FORMAT {
            return Err(SandboxError::StateVersion {
                path: self.path.clone(),
                found: format,
                known: FORMAT,
            });
        }
        serde_json::from_slice(&text)
            .map(Some)
            .map_err(|source| self.malformed(source))
    }

    /// Says that the file holds something else than a state.
    pub(super) fn malformed(&self, source: serde_json::Error) -> SandboxError {
        SandboxError::StateFormat {
            path: self.path.clone(),
            source,
        }
    }

    /// Replaces the file as a whole: whoever reads it sees the old state or the new one.
    pub(super) fn write(&self, text: &[u8]) -> Result<(), SandboxError> {
        let failed = |source| SandboxError::StateFile {
            verb: "write",
            path: self.path.clone(),
            source,
        };
        let draft = beside(&self.path, ".new");
        let mut file = private(OpenOptions::new().create(true).truncate(true))
            .open(&draft)
            .map_err(failed)?;
        file.write_all(text).map_err(failed)?;
        drop(file);
        std::fs::rename(&draft, &self.path).map_err(failed)
    }
}

impl Snapshot<'_> {
    /// The file's text. The vendors' parts go in as they are: writing them anew for each entry of the
    /// journal would cost more than all else.
    pub(super) fn text(&self) -> Result<Vec<u8>, SandboxError> {
        let head = json!({
            "format": FORMAT,
            "origins": self.origins,
            "clock_offset": self.clock_offset,
            "journal": self.journal,
            "audit": self.audit,
        });
        let mut text = serde_json::to_vec(&head).map_err(SandboxError::Encode)?;
        text.pop();
        for (name, part) in [("okta", self.okta), ("konnect", self.konnect)] {
            text.extend_from_slice(format!(",\"{name}\":").as_bytes());
            text.extend_from_slice(part);
        }
        text.extend_from_slice(b"}\n");
        Ok(text)
    }
}

/// The state holds signing keys and passwords, throw-away as they are: only its owner may read it.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options.write(true)
}

/// The same name with something behind it.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(ending);
    name.into()
}
