use rusqlite::{OptionalExtension, params};

use super::{Database, StoreError};

/// What is remembered of each document from one run to the next, as text.
#[derive(Debug, Clone)]
pub struct Memory(Database);

impl Memory {
    /// Keeps it in the table `memory` of a database.
    pub(in crate::daemon) fn new(database: Database) -> Self {
        Self(database)
    }

    /// What was put there last.
    pub fn get(&self, document: &str) -> Result<Option<String>, StoreError> {
        self.0.with("reading what is remembered", |connection| {
            connection
                .query_row(
                    "SELECT text FROM memory WHERE document = ?1",
                    [document],
                    |row| row.get(0),
                )
                .optional()
        })
    }

    /// Takes the place of what was there.
    pub fn put(&self, document: &str, text: &str) -> Result<(), StoreError> {
        self.0.with("remembering", |connection| {
            connection
                .execute(
                    "INSERT INTO memory (document, text) VALUES (?1, ?2)
                     ON CONFLICT (document) DO UPDATE SET text = excluded.text",
                    params![document, text],
                )
                .map(|_| ())
        })
    }

    /// Forgets a document.
    pub fn remove(&self, document: &str) -> Result<(), StoreError> {
        self.0.with("forgetting", |connection| {
            connection
                .execute("DELETE FROM memory WHERE document = ?1", [document])
                .map(|_| ())
        })
    }
}
