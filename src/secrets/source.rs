use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use zeroize::Zeroizing;

use super::exposure::exposures;
use super::replace::read;
use super::sops::{Keyring, Leaf, Plain, SopsFile};
use super::{Environment, SecretError};
use crate::base::{Secret, SecretRef, Suggestion};

/// A secret file is a token or a key; this much is neither.
const LIMIT: u64 = 1024 * 1024;

/// Resolves the secret references of one document.
///
/// SOPS files are opened at the first `sops` reference, each once; nothing is read before. That may
/// run a command of the user's (`SOPS_AGE_KEY_CMD`), so call it where blocking does no harm.
#[derive(Debug)]
pub struct Secrets {
    files: Vec<PathBuf>,
    keyring: Keyring,
    pub(super) merged: Mutex<Option<Arc<Merged>>>,
    /// Files whose readers were warned of.
    warned: Mutex<BTreeSet<PathBuf>>,
}

/// All leaves of all files by dotted path.
#[derive(Default)]
pub(super) struct Merged {
    pub(super) leaves: BTreeMap<String, Held>,
    /// When each file was last changed, as its metadata says.
    pub(super) changed: BTreeMap<PathBuf, Timestamp>,
}

/// A leaf, or an empty container, and the file that holds it.
pub(super) struct Held {
    pub(super) file: PathBuf,
    leaf: Option<Leaf>,
}

impl std::fmt::Debug for Merged {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Merged({} leaves)", self.leaves.len())
    }
}

impl Secrets {
    /// Takes the document's SOPS files and age key files, both as paths that can be opened.
    pub fn new(files: Vec<PathBuf>, key_files: Vec<PathBuf>, environment: Environment) -> Self {
        Self {
            files,
            keyring: Keyring::new(environment, key_files),
            merged: Mutex::default(),
            warned: Mutex::default(),
        }
    }

    /// Fetches a secret; relative files are looked for in the given folder.
    pub fn resolve(&self, reference: &SecretRef, folder: &Path) -> Result<Secret, SecretError> {
        let secret = match reference {
            SecretRef::Sops(path) => self.sops(path)?,
            SecretRef::Env(name) => self.env(name)?,
            SecretRef::File(name) => {
                let name = folder.join(name);
                self.warn(&name);
                file(reference, &name)?
            }
        };
        if secret.expose().is_empty() {
            return Err(SecretError::Empty {
                reference: reference.to_string(),
            });
        }
        Ok(secret)
    }

    /// The dotted paths that exist, for suggestions; paths are not secret.
    pub fn paths(&self) -> Result<Vec<String>, SecretError> {
        Ok(self.merged()?.leaves.keys().cloned().collect())
    }

    /// The SOPS files, in the document's order.
    pub(super) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    pub(super) fn keyring(&self) -> &Keyring {
        &self.keyring
    }

    fn sops(&self, path: &str) -> Result<Secret, SecretError> {
        if self.files.is_empty() {
            return Err(SecretError::NoFiles {
                path: path.to_owned(),
            });
        }
        let merged = self.merged()?;
        let not_text = |what| SecretError::NotText {
            reference: format!("sops:{path}"),
            what,
        };
        let Some(held) = merged.leaves.get(path) else {
            let below = format!("{path}.");
            if merged.leaves.keys().any(|known| known.starts_with(&below)) {
                return Err(not_text("a mapping or list"));
            }
            return Err(SecretError::Unknown {
                path: path.to_owned(),
                suggestion: Suggestion::find(path, merged.leaves.keys().map(String::as_str)),
            });
        };
        let Some(leaf) = &held.leaf else {
            return Err(not_text("an empty mapping or list"));
        };
        let text = match &leaf.value {
            Plain::Text(_) | Plain::Int(_) | Plain::Float(_) => leaf.value.to_text(),
            Plain::Null => Secret::new(""),
            Plain::Bytes(_) => {
                return Err(SecretError::NotUtf8 {
                    reference: format!("sops:{path}"),
                });
            }
            Plain::Bool(_) => return Err(not_text("a boolean")),
            Plain::Time(_) => return Err(not_text("a time")),
        };
        if !leaf.encrypted && !text.expose().is_empty() {
            return Err(SecretError::Clear {
                path: path.to_owned(),
                file: held.file.clone(),
            });
        }
        Ok(text)
    }

    /// Says once of each file who else may read it.
    fn warn(&self, file: &Path) {
        let mut warned = self.warned.lock().unwrap_or_else(PoisonError::into_inner);
        if warned.insert(file.to_owned()) {
            for exposure in exposures(file, self.keyring.environment()) {
                tracing::warn!(file = %file.display(), "the secret is exposed: {exposure}");
            }
        }
    }

    fn env(&self, name: &str) -> Result<Secret, SecretError> {
        let environment = self.keyring.environment();
        let Some(value) = environment.get(name) else {
            // the names of an environment are many, and none of the reader's business but a near one
            let near = Suggestion::find(name, environment.names());
            return Err(SecretError::NotSet {
                name: name.to_owned(),
                suggestion: near.filter(|near| matches!(near, Suggestion::DidYouMean(_))),
            });
        };
        value
            .to_str()
            .map(Secret::new)
            .ok_or_else(|| SecretError::NotUtf8 {
                reference: format!("env:{name}"),
            })
    }

    /// Opens all files at the first call; an error is not kept, so it can be mended and tried again.
    pub(super) fn merged(&self) -> Result<Arc<Merged>, SecretError> {
        let mut slot = self.merged.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(merged) = slot.as_ref() {
            return Ok(Arc::clone(merged));
        }
        let mut merged = Merged::default();
        for file in &self.files {
            merged.add(file, &open(file, &self.keyring)?)?;
        }
        let merged = Arc::new(merged);
        *slot = Some(Arc::clone(&merged));
        Ok(merged)
    }
}

impl Merged {
    fn add(&mut self, file: &Path, opened: &SopsFile) -> Result<(), SecretError> {
        if let Ok(changed) = opened.last_modified().parse() {
            self.changed.insert(file.to_owned(), changed);
        }
        for document in opened.documents() {
            for (path, leaf) in document
                .leaves()
                .into_iter()
                .filter(|(path, _)| !path.is_empty())
            {
                let path = path.join(".");
                let held = self.leaves.get(&path);
                if let Some(held) = held.filter(|held| held.leaf.is_some() && leaf.is_some()) {
                    return Err(SecretError::Twice {
                        path,
                        first: held.file.clone(),
                        second: file.to_owned(),
                    });
                }
                let held = Held {
                    file: file.to_owned(),
                    leaf: leaf.cloned(),
                };
                self.leaves.insert(path, held);
            }
        }
        Ok(())
    }
}

/// Opens a SOPS file of the disk.
pub(super) fn open(file: &Path, keyring: &Keyring) -> Result<SopsFile, SecretError> {
    let failed = |source| SecretError::Sops {
        file: file.to_owned(),
        source,
    };
    SopsFile::open(file, &read(file)?, keyring).map_err(failed)
}

fn file(reference: &SecretRef, file: &Path) -> Result<Secret, SecretError> {
    let failed = |source| SecretError::Read {
        file: file.to_owned(),
        source,
    };
    let opened = fs::File::open(file).map_err(failed)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(64 * 1024));
    opened.take(LIMIT).read_to_end(&mut bytes).map_err(failed)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| SecretError::NotUtf8 {
        reference: reference.to_string(),
    })?;
    let text = text.strip_suffix('\n').unwrap_or(text);
    Ok(Secret::new(text.strip_suffix('\r').unwrap_or(text)))
}
