use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use rusqlite::params;

use super::Query;
use crate::daemon::store::{Database, Durability, StoreError};
use crate::status::{Happening, HistoryEntry};

const MIGRATIONS: &[&str] = &["
    CREATE TABLE entry (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        document TEXT NOT NULL,
        kind TEXT NOT NULL,
        body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX entry_at ON entry (at);
    CREATE INDEX entry_document ON entry (document, at);
"];

/// The history; clones share the file.
#[derive(Debug, Clone)]
pub struct History(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    keep: Duration,
    database: Mutex<Database>,
}

impl History {
    /// The file's name in the state folder.
    pub const FILE: &str = "history.sqlite";

    /// Opens the history, which keeps entries for so long; what cannot be used is set aside.
    pub fn open(path: &Path, keep: Duration) -> Result<Self, StoreError> {
        let database = match open(path) {
            Err(error) if begins_anew(&error) => {
                set_aside(path, &error)?;
                open(path)?
            }
            opened => opened?,
        };
        Ok(Self(Arc::new(Inner {
            path: path.to_owned(),
            keep,
            database: Mutex::new(database),
        })))
    }

    /// Adds an entry; a file that turns out to be broken is begun anew.
    pub fn record(&self, entry: &HistoryEntry) -> Result<(), StoreError> {
        const WHAT: &str = "adding to the history";
        let database = self.database();
        let body =
            serde_json::to_string(entry).map_err(|source| database.unreadable(WHAT, source))?;
        let add = |database: &Database| {
            database.with(WHAT, |connection| {
                connection
                    .execute(
                        "INSERT INTO entry (at, document, kind, body) VALUES (?1, ?2, ?3, ?4)",
                        params![
                            entry.at.as_millisecond(),
                            entry.document,
                            kind(&entry.what),
                            body
                        ],
                    )
                    .map(|_| ())
            })
        };
        match add(&database) {
            Err(error) if error.is_damage() => {
                set_aside(&self.0.path, &error)?;
                let fresh = open(&self.0.path)?;
                *self
                    .0
                    .database
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner) = fresh.clone();
                add(&fresh)
            }
            done => done,
        }
    }

    /// Entries, the newest first.
    pub fn entries(&self, query: &Query) -> Result<Vec<HistoryEntry>, StoreError> {
        read(&self.database(), query)
    }

    /// Reads the history of a process that may be running; `None` where there is none yet.
    pub fn look(path: &Path, query: &Query) -> Result<Option<Vec<HistoryEntry>>, StoreError> {
        match fs::metadata(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            _ => {}
        }
        read(&Database::look(path)?, query).map(Some)
    }

    /// Removes what is older than the history is kept, and tells how many entries that were.
    pub fn prune(&self, now: Timestamp) -> Result<usize, StoreError> {
        let keep = SignedDuration::try_from(self.0.keep).unwrap_or(SignedDuration::MAX);
        let Ok(oldest) = now.checked_sub(keep) else {
            return Ok(0);
        };
        self.database().with("pruning the history", |connection| {
            let gone =
                connection.execute("DELETE FROM entry WHERE at < ?1", [oldest.as_millisecond()])?;
            if gone > 0 {
                // frees a page for each row that is asked of it
                let mut vacuum = connection.prepare("PRAGMA incremental_vacuum")?;
                let mut pages = vacuum.query([])?;
                while pages.next()?.is_some() {}
            }
            Ok(gone)
        })
    }

    fn database(&self) -> Database {
        self.0
            .database
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

fn open(path: &Path) -> Result<Database, StoreError> {
    Database::open(path, Durability::Process, MIGRATIONS)
}

/// Tells whether the file is given up; one that cannot be reached now may be there again later.
fn begins_anew(error: &StoreError) -> bool {
    error.is_damage() || matches!(error, StoreError::Newer { .. })
}

/// Moves the file out of the way, under a name that tells when.
fn set_aside(path: &Path, why: &StoreError) -> Result<(), StoreError> {
    let stamp = Timestamp::now().strftime("%Y%m%dT%H%M%S");
    let aside = beside(path, &format!(".broken-{stamp}"));
    fs::rename(path, &aside).map_err(|source| StoreError::File {
        path: path.to_owned(),
        source,
    })?;
    for of_sqlite in ["-wal", "-shm"] {
        // belongs to the file that is gone; a new one would be damaged by it
        let _ = fs::remove_file(beside(path, of_sqlite));
    }
    tracing::warn!(
        path = %path.display(),
        kept = %aside.display(),
        error = why as &dyn Error,
        "the history is begun anew"
    );
    Ok(())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

fn read(database: &Database, query: &Query) -> Result<Vec<HistoryEntry>, StoreError> {
    const WHAT: &str = "reading the history";
    let since = query.since.map(Timestamp::as_millisecond);
    let limit = query
        .limit
        .and_then(|limit| i64::try_from(limit).ok())
        .unwrap_or(-1);
    let bodies = database.with(WHAT, |connection| {
        let mut statement = connection.prepare(
            "SELECT body FROM entry
             WHERE (?1 IS NULL OR document = ?1) AND (?2 IS NULL OR at >= ?2)
             ORDER BY at DESC, id DESC LIMIT ?3",
        )?;
        let rows = statement.query_map(params![query.document, since, limit], |row| {
            row.get::<_, String>(0)
        })?;
        rows.collect::<rusqlite::Result<Vec<String>>>()
    })?;
    let mut entries = Vec::with_capacity(bodies.len());
    for body in bodies {
        match serde_json::from_str(&body) {
            Ok(entry) => entries.push(entry),
            // one line that a later version wrote does not hide the others
            Err(error) => tracing::warn!(%error, "an entry of the history cannot be read"),
        }
    }
    Ok(entries)
}

fn kind(what: &Happening) -> &'static str {
    match what {
        Happening::Run { .. } => "run",
        Happening::Appeared { .. } => "appeared",
        Happening::Settled { .. } => "settled",
        Happening::Alerted { .. } => "alerted",
    }
}
