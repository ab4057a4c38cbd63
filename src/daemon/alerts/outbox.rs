use std::time::Duration;

use rusqlite::{Connection, params};

use super::message::Message;
use crate::daemon::store::{Database, StoreError};

/// The tables of `state.sqlite`; a released one is never changed, only followed by another.
pub(super) const MIGRATIONS: &[&str] = &["
    CREATE TABLE firing (
        document TEXT NOT NULL,
        key TEXT NOT NULL,
        alert TEXT NOT NULL,
        PRIMARY KEY (document, key)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE told (
        document TEXT NOT NULL,
        key TEXT NOT NULL,
        receiver TEXT NOT NULL,
        at INTEGER NOT NULL,
        gist TEXT NOT NULL,
        lasts INTEGER NOT NULL,
        number INTEGER NOT NULL,
        PRIMARY KEY (document, key, receiver)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        document TEXT NOT NULL,
        receiver TEXT NOT NULL,
        key TEXT NOT NULL,
        message TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0,
        refusals INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX outbox_line ON outbox (document, receiver, id);
    CREATE TABLE memory (
        document TEXT PRIMARY KEY,
        text TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
"];

/// A receiver among those of all documents.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Line {
    pub(super) document: String,
    pub(super) receiver: String,
}

/// The message that is next for a receiver.
#[derive(Debug, Clone)]
pub(super) struct Head {
    pub(super) id: i64,
    pub(super) line: Line,
    pub(super) key: String,
    pub(super) message: String,
    /// Tries that failed.
    pub(super) failures: u32,
    /// Of those, the ones that the receiver refused.
    pub(super) refusals: u32,
    /// Not before this time, in milliseconds since 1970.
    pub(super) due: i64,
}

/// The messages that wait; those of a receiver leave in the order in which they came.
#[derive(Debug, Clone)]
pub(super) struct Outbox(Database);

impl Outbox {
    pub(super) fn new(database: Database) -> Self {
        Self(database)
    }

    /// The first message of each line.
    pub(super) fn heads(&self) -> Result<Vec<Head>, StoreError> {
        self.0.with("reading the outbox", |connection| {
            let mut statement = connection.prepare(
                "SELECT id, document, receiver, key, message, failures, refusals, due FROM outbox
                 WHERE id IN (SELECT min(id) FROM outbox GROUP BY document, receiver) ORDER BY id",
            )?;
            let rows = statement.query_map([], |row| {
                Ok(Head {
                    id: row.get(0)?,
                    line: Line {
                        document: row.get(1)?,
                        receiver: row.get(2)?,
                    },
                    key: row.get(3)?,
                    message: row.get(4)?,
                    failures: row.get(5)?,
                    refusals: row.get(6)?,
                    due: row.get(7)?,
                })
            })?;
            rows.collect()
        })
    }

    /// Takes a message out: it arrived, or is given up.
    pub(super) fn remove(&self, id: i64) -> Result<(), StoreError> {
        self.0.with("emptying the outbox", |connection| {
            connection
                .execute("DELETE FROM outbox WHERE id = ?1", [id])
                .map(|_| ())
        })
    }

    /// Notes a try that failed.
    pub(super) fn failed(
        &self,
        id: i64,
        refused: bool,
        now: i64,
        wait: Duration,
    ) -> Result<(), StoreError> {
        let wait = i64::try_from(wait.as_millis()).unwrap_or(i64::MAX);
        self.0.with("noting a try", |connection| {
            connection
                .execute(
                    "UPDATE outbox SET failures = failures + 1, refusals = refusals + ?2, due = ?3
                     WHERE id = ?1",
                    params![id, refused, now.saturating_add(wait)],
                )
                .map(|_| ())
        })
    }

    /// Drops what waits for receivers of a document that are not among these, and tells how much of each.
    pub(super) fn keep_only(
        &self,
        document: &str,
        receivers: &[&str],
    ) -> Result<Vec<(String, u64)>, StoreError> {
        const WHAT: &str = "dropping messages to receivers that are gone";
        self.0.change(WHAT, |transaction| {
            let gone = gone(transaction, document, receivers);
            let gone = gone.map_err(|source| self.0.error(WHAT, source))?;
            Ok(gone
                .into_iter()
                .filter(|(_, messages)| *messages > 0)
                .collect())
        })
    }

    /// Messages that wait for a document's receivers.
    pub(super) fn waiting(&self, document: &str) -> Result<u64, StoreError> {
        self.0.with("counting the outbox", |connection| {
            connection
                .query_row(
                    "SELECT count(*) FROM outbox WHERE document = ?1",
                    [document],
                    |row| row.get(0),
                )
                .map(i64::unsigned_abs)
        })
    }
}

/// Takes out what is there for receivers that are gone; in a transaction.
fn gone(
    connection: &Connection,
    document: &str,
    receivers: &[&str],
) -> rusqlite::Result<Vec<(String, u64)>> {
    let mut known = connection.prepare(
        "SELECT receiver FROM outbox WHERE document = ?1
         UNION SELECT receiver FROM told WHERE document = ?1",
    )?;
    let names = known.query_map([document], |row| row.get::<_, String>(0))?;
    let mut gone = Vec::new();
    for name in names {
        let name = name?;
        if receivers.contains(&name.as_str()) {
            continue;
        }
        let line = params![document, name];
        let messages = connection.execute(
            "DELETE FROM outbox WHERE document = ?1 AND receiver = ?2",
            line,
        )?;
        connection.execute(
            "DELETE FROM told WHERE document = ?1 AND receiver = ?2",
            line,
        )?;
        gone.push((name, messages as u64));
    }
    Ok(gone)
}

/// Puts a message into the outbox; in a transaction.
pub(super) fn put(
    connection: &Connection,
    document: &str,
    receiver: &str,
    message: &Message,
) -> rusqlite::Result<()> {
    let text = serde_json::to_string(message)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
    connection
        .prepare("INSERT INTO outbox (document, receiver, key, message) VALUES (?1, ?2, ?3, ?4)")?
        .execute(params![document, receiver, message.alert.key, text])
        .map(|_| ())
}

/// Tells whether something about an alert waits for a receiver already; in a transaction.
pub(super) fn has(
    connection: &Connection,
    document: &str,
    receiver: &str,
    key: &str,
) -> rusqlite::Result<bool> {
    connection
        .prepare("SELECT 1 FROM outbox WHERE document = ?1 AND receiver = ?2 AND key = ?3")?
        .exists(params![document, receiver, key])
}
