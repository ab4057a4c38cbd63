use std::path::{Path, PathBuf};

use jiff::Timestamp;

use super::Secrets;
use crate::base::SecretRef;

/// Where a secret lies on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The file.
    pub file: PathBuf,
    /// When the file was last changed; the secret is at least as old.
    pub changed: Option<Timestamp>,
}

impl Secrets {
    /// Where a secret lies; `None` for an environment variable, and for what is not there.
    pub fn origin(&self, reference: &SecretRef, folder: &Path) -> Option<Origin> {
        match reference {
            SecretRef::Sops(path) => {
                let merged = self.merged().ok()?;
                let file = merged.leaves.get(path)?.file.clone();
                let changed = merged.changed.get(&file).copied();
                Some(Origin { file, changed })
            }
            SecretRef::File(name) => {
                let file = folder.join(name);
                let changed = std::fs::metadata(&file).ok()?.modified().ok();
                let changed = changed.and_then(|time| Timestamp::try_from(time).ok());
                Some(Origin { file, changed })
            }
            SecretRef::Env(_) => None,
        }
    }
}
