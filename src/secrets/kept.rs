use std::collections::HashMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use super::SecretError;
use super::sops::{Leaf, Plain, SopsFile};
use crate::base::Secret;

pub(super) const CLIENT_ID: &str = "client_id";
pub(super) const CLIENT_SECRET: &str = "client_secret";

/// The leaves of files, decrypted once for as long as a file stays as it was.
///
/// One file holds the credentials of very many applications, each of which is asked for by itself.
#[derive(Default)]
pub(super) struct Kept(Mutex<HashMap<PathBuf, (Stamp, Arc<Leaves>)>>);

/// What tells that a file was changed or replaced.
#[derive(Debug, PartialEq, Eq)]
struct Stamp {
    length: u64,
    modified: Option<SystemTime>,
    inode: u64,
}

impl Stamp {
    fn of(about: &Metadata) -> Self {
        #[cfg(unix)]
        let inode = std::os::unix::fs::MetadataExt::ino(about);
        #[cfg(not(unix))]
        let inode = 0;
        Self {
            length: about.len(),
            modified: about.modified().ok(),
            inode,
        }
    }
}

impl Kept {
    /// The leaves of a file that looks like this; it is opened unless it was before and is the same.
    pub(super) fn leaves(
        &self,
        file: &Path,
        about: &Metadata,
        open: impl FnOnce() -> Result<SopsFile, SecretError>,
    ) -> Result<Arc<Leaves>, SecretError> {
        // held while the file is opened, so that who asks at the same time does not open it as well
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let stamp = Stamp::of(about);
        if let Some((known, leaves)) = all.get(file)
            && *known == stamp
        {
            return Ok(Arc::clone(leaves));
        }
        let leaves = Arc::new(Leaves::of(&open()?));
        all.insert(file.to_owned(), (stamp, Arc::clone(&leaves)));
        Ok(leaves)
    }

    /// Forgets a file that was replaced.
    pub(super) fn forget(&self, file: &Path) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(file);
    }
}

/// The leaves of a file's first document by dotted path, sorted; a container that is empty has none.
pub(super) struct Leaves(Vec<(String, Option<Leaf>)>);

impl Leaves {
    pub(super) fn of(opened: &SopsFile) -> Self {
        let first = opened.documents().first();
        let leaves = first.map(super::sops::Tree::leaves).unwrap_or_default();
        let mut all: Vec<(String, Option<Leaf>)> = leaves
            .into_iter()
            .map(|(way, leaf)| (way.join("."), leaf.cloned()))
            .collect();
        all.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(all)
    }

    /// The id and the secret at a path; anything else there is not ours to replace.
    pub(super) fn credentials(
        &self,
        file: &Path,
        path: &str,
    ) -> Result<(Option<Secret>, Option<Secret>), SecretError> {
        let taken = || SecretError::Taken {
            path: path.to_owned(),
            file: file.to_owned(),
        };
        let text = |leaf: &Option<Leaf>| match leaf {
            Some(Leaf {
                value: Plain::Text(text),
                encrypted: true,
            }) => Ok(Some(text.clone()).filter(|text| !text.expose().is_empty())),
            Some(Leaf {
                value: Plain::Null, ..
            }) => Ok(None),
            Some(_) | None => Err(taken()),
        };
        // a null or an empty mapping may grow
        let mut here = self.from(path).take_while(|(way, _)| way == path);
        if here.any(|(_, leaf)| leaf.as_ref().is_some_and(|leaf| leaf.value != Plain::Null)) {
            return Err(taken());
        }
        let (mut id, mut secret) = (None, None);
        let (mut ours, mut others) = (false, false);
        let below = format!("{path}.");
        for (way, leaf) in self.from(&below) {
            let Some(name) = way.strip_prefix(&below) else {
                break;
            };
            if name == CLIENT_ID {
                (id, ours) = (text(leaf)?, true);
            } else if name == CLIENT_SECRET {
                (secret, ours) = (text(leaf)?, true);
            } else if name.starts_with("client_id.") || name.starts_with("client_secret.") {
                return Err(taken());
            } else {
                others = true;
            }
        }
        if others && !ours {
            // probably a level too high: `clients` instead of `clients.mobile`
            return Err(taken());
        }
        Ok((id, secret))
    }

    /// The leaves from a path on.
    fn from(&self, path: &str) -> impl Iterator<Item = &(String, Option<Leaf>)> {
        let first = self.0.partition_point(|(way, _)| way.as_str() < path);
        self.0.iter().skip(first)
    }
}
