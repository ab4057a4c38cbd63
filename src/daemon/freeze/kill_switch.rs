use std::fs;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stops all writing, by the operator: a file that is there, or a signal. Cheap to clone.
///
/// Asking costs one look at the file, so it can be asked before each write.
#[derive(Debug, Clone, Default)]
pub struct KillSwitch {
    file: Option<PathBuf>,
    signal: Arc<AtomicBool>,
}

impl KillSwitch {
    /// By this file, and by signal.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self {
            file,
            signal: Arc::default(),
        }
    }

    /// The same signal, and this file: each document may name its own.
    #[must_use]
    pub fn with_file(&self, file: Option<PathBuf>) -> Self {
        Self {
            file,
            signal: Arc::clone(&self.signal),
        }
    }

    /// The signal came: on when it was off, off when it was on. Tells which.
    pub fn turn(&self) -> bool {
        !self.signal.fetch_xor(true, Ordering::AcqRel)
    }

    /// What holds, in words; nothing when writing is allowed. A file that cannot be looked for counts as there.
    pub fn holding(&self) -> Option<String> {
        if self.signal.load(Ordering::Acquire) {
            return Some("SIGUSR1".to_owned());
        }
        let file = self.file.as_ref()?;
        match fs::symlink_metadata(file) {
            Err(error) if is_absent(&error) => None,
            Ok(_) | Err(_) => Some(file.display().to_string()),
        }
    }
}

/// A path through something that is no folder leads to nothing, too.
fn is_absent(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
