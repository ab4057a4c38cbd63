use std::fs::{self, OpenOptions, Permissions};
use std::io;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};

use super::StoreError;

/// Nobody else may read who changed what.
const MODE: u32 = 0o600;
/// How long a second process with the same file, such as `dcrsync history`, is waited for.
const PATIENCE: Duration = Duration::from_secs(5);

/// One `SQLite` file; clones share the connection.
#[derive(Debug, Clone)]
pub struct Database {
    path: PathBuf,
    connection: Arc<Mutex<Connection>>,
}

/// What a commit outlives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// The end of the process and of the machine: each commit waits for the disk.
    Machine,
    /// The end of the process; the last moments before a power cut may be lost.
    Process,
}

impl Database {
    /// Opens a file, makes it when it is missing, and carries out the migrations that it has not had.
    ///
    /// The number of a migration, from 1, becomes the file's `user_version`.
    pub fn open(
        path: &Path,
        durability: Durability,
        migrations: &[&str],
    ) -> Result<Self, StoreError> {
        prepare(path).map_err(|source| StoreError::File {
            path: path.to_owned(),
            source,
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let connection = Connection::open_with_flags(path, flags).map_err(opened)?;
        let synchronous = match durability {
            Durability::Machine => "FULL",
            Durability::Process => "NORMAL",
        };
        connection.busy_timeout(PATIENCE).map_err(opened)?;
        // has an effect on a new file only, and must come before its first table
        connection
            .pragma_update(None, "auto_vacuum", "INCREMENTAL")
            .and_then(|()| {
                connection.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))
            })
            .and_then(|()| connection.pragma_update(None, "synchronous", synchronous))
            .and_then(|()| connection.pragma_update(None, "foreign_keys", true))
            .map_err(opened)?;
        let sound: String = connection
            .query_row("PRAGMA quick_check(1)", [], |row| row.get(0))
            .map_err(opened)?;
        if sound != "ok" {
            return Err(StoreError::Damaged {
                path: path.to_owned(),
            });
        }
        let database = Self {
            path: path.to_owned(),
            connection: Arc::new(Mutex::new(connection)),
        };
        database.migrate(migrations)?;
        Ok(database)
    }

    /// Opens a file to read it; whoever writes it is not disturbed.
    pub fn look(path: &Path) -> Result<Self, StoreError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let opened = |source| StoreError::Open {
            path: path.to_owned(),
            source,
        };
        let connection = Connection::open_with_flags(path, flags).map_err(opened)?;
        connection.busy_timeout(PATIENCE).map_err(opened)?;
        Ok(Self {
            path: path.to_owned(),
            connection: Arc::new(Mutex::new(connection)),
        })
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads, or changes one thing; `what` says for an error what was tried.
    pub fn with<T>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        // whoever panicked had no transaction open any more: it is rolled back when it is dropped
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        work(&connection).map_err(|source| self.error(what, source))
    }

    /// Changes several things, or none of them.
    pub fn change<T, E: From<StoreError>>(
        &self,
        what: &'static str,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|source| self.error(what, source))?;
        let done = work(&transaction)?;
        transaction
            .commit()
            .map_err(|source| self.error(what, source))?;
        Ok(done)
    }

    /// The error of something that was tried with this file.
    pub fn error(&self, what: &'static str, source: rusqlite::Error) -> StoreError {
        StoreError::Use {
            path: self.path.clone(),
            what,
            source,
        }
    }

    /// The error of an entry that is not what this program writes.
    pub fn unreadable(&self, what: &'static str, source: serde_json::Error) -> StoreError {
        StoreError::Entry {
            path: self.path.clone(),
            what,
            source,
        }
    }

    fn migrate(&self, migrations: &[&str]) -> Result<(), StoreError> {
        const WHAT: &str = "bringing it up to date";
        self.change(WHAT, |transaction| {
            let found: u32 = transaction
                .pragma_query_value(None, "user_version", |row| row.get(0))
                .map_err(|source| self.error(WHAT, source))?;
            let known = u32::try_from(migrations.len()).unwrap_or(u32::MAX);
            if found > known {
                return Err(StoreError::Newer {
                    path: self.path.clone(),
                    found,
                    known,
                });
            }
            for migration in migrations.iter().skip(found as usize) {
                transaction
                    .execute_batch(migration)
                    .map_err(|source| self.error(WHAT, source))?;
            }
            transaction
                .pragma_update(None, "user_version", known)
                .map_err(|source| self.error(WHAT, source))
        })
    }
}

/// Makes the folder and an empty file that only its owner reads; `SQLite`'s own files get the same mode.
fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .mode(MODE)
        .open(path)?;
    if file.metadata()?.permissions().mode() & 0o777 != MODE {
        file.set_permissions(Permissions::from_mode(MODE))?;
    }
    Ok(())
}
