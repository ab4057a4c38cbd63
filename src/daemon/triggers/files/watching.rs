use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use notify::{RecursiveMode, Watcher};

use super::bell::Bell;

/// The folders that the operating system watches for us.
pub(super) struct Watching {
    /// Nothing where there is no watcher to be had.
    watcher: Option<Box<dyn Watcher + Send>>,
    /// What is watched, and which folder was under that name then.
    folders: BTreeMap<PathBuf, Identity>,
    /// Whether it was said that something cannot be watched.
    said: bool,
}

/// Device and inode: another folder may come under the same name.
type Identity = (u64, u64);

impl Watching {
    /// Asks the operating system for a watcher.
    pub(super) fn new(bell: &Arc<Bell>) -> Self {
        let bell = Arc::clone(bell);
        let made = notify::recommended_watcher(move |event| bell.hear(&event));
        Self::with(made.map(|watcher| Box::new(watcher) as Box<dyn Watcher + Send>))
    }

    /// Works with this watcher, or with none.
    pub(super) fn with(made: notify::Result<Box<dyn Watcher + Send>>) -> Self {
        let mut watching = Self {
            watcher: None,
            folders: BTreeMap::new(),
            said: false,
        };
        match made {
            Ok(watcher) => watching.watcher = Some(watcher),
            Err(error) => watching.say(None, &error),
        }
        watching
    }

    /// Watches these folders and no others.
    pub(super) fn cover(&mut self, wanted: &BTreeSet<PathBuf>) {
        let Some(watcher) = &mut self.watcher else {
            return;
        };
        let wanted: BTreeMap<&PathBuf, Identity> = wanted
            .iter()
            .filter_map(|folder| Some((folder, identity(folder).ok()?)))
            .collect();
        self.folders.retain(|folder, identity| {
            let stays = wanted.get(folder) == Some(identity);
            if !stays {
                // a folder that is gone has lost its watch by itself
                let _ = watcher.unwatch(folder);
            }
            stays
        });
        let mut refused = None;
        for (folder, identity) in wanted {
            if self.folders.contains_key(folder) {
                continue;
            }
            match watcher.watch(folder, RecursiveMode::NonRecursive) {
                Ok(()) => {
                    self.folders.insert(folder.clone(), identity);
                }
                // it went away in between; its parent's event brings us back
                Err(error) if matches!(error.kind, notify::ErrorKind::PathNotFound) => {}
                Err(error) => refused = Some((folder.clone(), error)),
            }
        }
        if let Some((folder, error)) = refused {
            self.say(Some(&folder), &error);
        }
    }

    fn say(&mut self, folder: Option<&Path>, error: &notify::Error) {
        if std::mem::replace(&mut self.said, true) {
            return;
        }
        tracing::warn!(
            folder = folder.map(|folder| folder.display().to_string()),
            error = %error,
            "file changes cannot be watched; they are looked for every {} s instead",
            super::follow::POLL.as_secs(),
        );
    }
}

fn identity(folder: &Path) -> io::Result<Identity> {
    let about = fs::metadata(folder)?;
    Ok((about.dev(), about.ino()))
}
