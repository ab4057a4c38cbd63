use std::path::PathBuf;
use std::sync::PoisonError;

use jiff::Timestamp;

use super::replace::replace;
use super::sops::{Change, Edit, SopsFile, edit, sealed};
use super::{SecretError, Secrets};
use crate::base::{Secret, SecretRef};

impl Secrets {
    /// Gives values to dotted paths of the file that holds `beside`, all in one replacement of it.
    pub fn put(&self, beside: &str, values: &[(&str, &Secret)]) -> Result<(), SecretError> {
        self.change(beside, &sealed(values))
    }

    /// Takes a dotted path out of the file that holds it.
    pub fn remove(&self, path: &str) -> Result<(), SecretError> {
        let edit = Edit {
            path: path.split('.').map(str::to_owned).collect(),
            change: Change::Remove,
        };
        self.change(path, &[edit])
    }

    fn change(&self, beside: &str, edits: &[Edit]) -> Result<(), SecretError> {
        let file = self.file_of(beside)?;
        let failed = |source| SecretError::Sops {
            file: file.clone(),
            source,
        };
        replace(&file, |bytes| {
            let Some(bytes) = bytes else {
                return Err(SecretError::Unknown {
                    path: beside.to_owned(),
                    suggestion: None,
                });
            };
            let before = SopsFile::open(&file, bytes, self.keyring()).map_err(failed)?;
            edit(bytes, &before, edits, Timestamp::now()).map_err(failed)
        })?;
        // who asks next reads what is there now
        *self.merged.lock().unwrap_or_else(PoisonError::into_inner) = None;
        Ok(())
    }

    /// The SOPS file that holds a path.
    pub fn file_of(&self, path: &str) -> Result<PathBuf, SecretError> {
        // says in the same words as ever what is wrong with the path
        self.resolve(&SecretRef::Sops(path.to_owned()), std::path::Path::new(""))?;
        let merged = self.merged()?;
        let held = merged.leaves.get(path);
        held.map(|held| held.file.clone())
            .ok_or_else(|| SecretError::Unknown {
                path: path.to_owned(),
                suggestion: None,
            })
    }

    /// Tells whether a path is in one of the SOPS files.
    pub fn has(&self, path: &str) -> Result<bool, SecretError> {
        Ok(!self.files().is_empty() && self.merged()?.leaves.contains_key(path))
    }
}
