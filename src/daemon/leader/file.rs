use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::sleep;

use super::error::LeaderError;
use super::{Leadership, Role, Voice};
use crate::engine::{FileLock, FileLockError, Holder};

/// The time between two tries, and two looks whether the file is still there.
const RETRY: Duration = Duration::from_secs(1);

/// Takes part in the election by a lock file, for processes of one machine; `instance` is told to the others.
///
/// A process that is paused keeps the lock, one that ends gives it back, however it ends.
pub fn by_file(path: &Path, instance: &str) -> Leadership {
    let (voice, role, trouble) = Voice::new();
    let lock = Lock::default();
    let (asked, shut) = (lock.clone(), lock.clone());
    let mut candidate = Candidate {
        path: path.to_owned(),
        instance: instance.to_owned(),
        lock,
        voice,
    };
    // the usual case is a process alone, which need not wait for its turn
    candidate.look();
    let (stop, stopped) = oneshot::channel();
    Leadership {
        role,
        fence: Arc::new(move || asked.is_held()),
        trouble,
        stop: Some(stop),
        task: tokio::spawn(candidate.run(stopped)),
        shut: Arc::new(move || shut.shut()),
    }
}

/// The lock of this process, which fence and candidate share.
#[derive(Clone, Default)]
struct Lock(Arc<Mutex<Held>>);

#[derive(Default)]
enum Held {
    #[default]
    No,
    Yes(FileLock),
    /// Never again: the election was stopped.
    Shut,
}

impl Lock {
    fn held(&self) -> MutexGuard<'_, Held> {
        // nothing that holds it can leave it half done
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks the file system too: somebody may have removed the file, and another process locked a new one.
    fn is_held(&self) -> bool {
        match &*self.held() {
            Held::Yes(lock) => lock.is_there(),
            Held::No | Held::Shut => false,
        }
    }

    fn shut(&self) {
        *self.held() = Held::Shut;
    }
}

struct Candidate {
    path: PathBuf,
    instance: String,
    lock: Lock,
    voice: Voice,
}

impl Candidate {
    async fn run(mut self, mut stop: oneshot::Receiver<()>) {
        loop {
            tokio::select! {
                // whoever forgot to stop us is gone all the same
                _ = &mut stop => break,
                () = sleep(RETRY) => self.look(),
            }
        }
        self.lock.shut();
        self.voice.role(Role::Follows { holder: None });
    }

    fn look(&mut self) {
        if self.lock.is_held() {
            return;
        }
        let mut held = self.lock.held();
        if matches!(*held, Held::Shut) {
            return;
        }
        // one whose file is gone is no lock any more
        *held = Held::No;
        match FileLock::try_take(&self.path, &self.instance) {
            Ok(lock) => {
                *held = Held::Yes(lock);
                drop(held);
                self.voice.no_trouble();
                self.voice.role(Role::Leads);
            }
            Err(FileLockError::Held(holder)) => {
                drop(held);
                self.voice.no_trouble();
                self.voice.role(Role::Follows {
                    holder: holder.as_ref().map(told),
                });
            }
            Err(FileLockError::File(source)) => {
                drop(held);
                self.voice.role(Role::Follows { holder: None });
                self.voice.trouble(LeaderError::File {
                    path: self.path.clone(),
                    source,
                });
            }
        }
    }
}

fn told(holder: &Holder) -> String {
    format!("{} (process {})", holder.command, holder.pid)
}
