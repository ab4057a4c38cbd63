use std::io;
use std::path::PathBuf;

use rusqlite::ErrorCode;

/// A file of the daemon cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or the file cannot be made, or its mode cannot be set.
    #[error("`{}` cannot be made ready", .path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// It cannot be opened, or is no database.
    #[error("`{}` cannot be opened as a database", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// Why.
        source: rusqlite::Error,
    },
    /// It was checked, and is damaged.
    #[error("`{}` is damaged", .path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
    },
    /// A later version of this program made it.
    #[error("`{}` has format {found}, and this program knows up to {known}", .path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The format of the file.
        found: u32,
        /// The last format that is known here.
        known: u32,
    },
    /// Something in it could not be read or written.
    #[error("`{}` cannot be used: {what}", .path.display())]
    Use {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Why.
        source: rusqlite::Error,
    },
    /// An entry of it is not what this program writes.
    #[error("`{}` holds an entry that cannot be read: {what}", .path.display())]
    Entry {
        /// The file.
        path: PathBuf,
        /// What was tried.
        what: &'static str,
        /// Why.
        source: serde_json::Error,
    },
}

impl StoreError {
    /// Tells whether the file itself is broken, so that trying again is of no use.
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Open { source, .. } | Self::Use { source, .. } => matches!(
                source.sqlite_error_code(),
                Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase)
            ),
            Self::Damaged { .. } => true,
            Self::File { .. } | Self::Newer { .. } | Self::Entry { .. } => false,
        }
    }

    /// A way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File { .. } => "the folder must be writable for this user",
            Self::Newer { .. } => {
                "run the later version again, or move the file away: alerts that last are then told once more"
            }
            Self::Open { .. } | Self::Damaged { .. } | Self::Use { .. } | Self::Entry { .. } => {
                "is the disk full, or the file broken? Moved away, it is begun anew, and alerts that last are told once more"
            }
        }
    }
}
