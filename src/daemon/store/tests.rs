use std::fs;
use std::os::unix::fs::PermissionsExt;

use rusqlite::Connection;

use super::{Database, Durability, Memory, StoreError};

const FIRST: &str = "CREATE TABLE memory (document TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT;";
const SECOND: &str = "ALTER TABLE memory ADD COLUMN seen INTEGER NOT NULL DEFAULT 7;";

fn open(path: &std::path::Path, migrations: &[&str]) -> Result<Database, StoreError> {
    Database::open(path, Durability::Machine, migrations)
}

#[test]
fn a_new_file_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/state.sqlite");
    let memory = Memory::new(open(&path, &[FIRST]).unwrap());
    memory.put("shop", "{}").unwrap();
    let mut seen = 0;
    for entry in fs::read_dir(path.parent().unwrap()).unwrap() {
        let entry = entry.unwrap();
        let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{:?}", entry.path());
        seen += 1;
    }
    assert!(seen > 1, "there is no write-ahead log");
}

#[test]
fn a_file_that_others_may_read_is_closed_to_them() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    fs::write(&path, "").unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    open(&path, &[FIRST]).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn a_file_of_version_1_is_brought_up_to_date_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    let old = Connection::open(&path).unwrap();
    old.execute_batch(FIRST).unwrap();
    old.execute_batch("INSERT INTO memory VALUES ('shop', 'before'); PRAGMA user_version = 1;")
        .unwrap();
    drop(old);
    let database = open(&path, &[FIRST, SECOND]).unwrap();
    let (text, seen): (String, i64) = database
        .with("reading", |connection| {
            connection.query_row("SELECT text, seen FROM memory", [], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
        })
        .unwrap();
    assert_eq!((text.as_str(), seen), ("before", 7));
    drop(database);
    // a second opening does not do it again
    let database = open(&path, &[FIRST, SECOND]).unwrap();
    let version: i64 = database
        .with("reading", |connection| {
            connection.pragma_query_value(None, "user_version", |row| row.get(0))
        })
        .unwrap();
    assert_eq!(version, 2);
}

#[test]
fn a_migration_that_fails_leaves_the_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    Memory::new(open(&path, &[FIRST]).unwrap())
        .put("shop", "kept")
        .unwrap();
    let error = open(&path, &[FIRST, SECOND, "CREATE NONSENSE;"]).unwrap_err();
    assert!(matches!(error, StoreError::Use { .. }), "{error:?}");
    assert!(!error.is_damage());
    let memory = Memory::new(open(&path, &[FIRST]).unwrap());
    assert_eq!(memory.get("shop").unwrap().as_deref(), Some("kept"));
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    open(&path, &[FIRST, SECOND]).unwrap();
    let error = open(&path, &[FIRST]).unwrap_err();
    assert!(
        matches!(
            error,
            StoreError::Newer {
                found: 2,
                known: 1,
                ..
            }
        ),
        "{error:?}"
    );
}

#[test]
fn a_file_that_is_no_database_is_told_as_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    fs::write(&path, "something else altogether, and long enough").unwrap();
    let error = open(&path, &[FIRST]).unwrap_err();
    assert!(error.is_damage(), "{error:?}");
}

#[test]
fn what_is_remembered_outlives_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    let memory = Memory::new(open(&path, &[FIRST]).unwrap());
    assert_eq!(memory.get("shop").unwrap(), None);
    memory.put("shop", "1").unwrap();
    memory.put("shop", "2").unwrap();
    memory.put("other", "3").unwrap();
    drop(memory);
    let memory = Memory::new(open(&path, &[FIRST]).unwrap());
    assert_eq!(memory.get("shop").unwrap().as_deref(), Some("2"));
    memory.remove("shop").unwrap();
    assert_eq!(memory.get("shop").unwrap(), None);
    assert_eq!(memory.get("other").unwrap().as_deref(), Some("3"));
}

#[test]
fn a_change_that_fails_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.sqlite");
    let database = open(&path, &[FIRST]).unwrap();
    let memory = Memory::new(database.clone());
    let failed: Result<(), StoreError> = database.change("trying", |transaction| {
        transaction
            .execute("INSERT INTO memory VALUES ('shop', 'half')", [])
            .map_err(|source| database.error("trying", source))?;
        Err(database.error("trying", rusqlite::Error::InvalidQuery))
    });
    assert!(failed.is_err());
    assert_eq!(memory.get("shop").unwrap(), None);
}
