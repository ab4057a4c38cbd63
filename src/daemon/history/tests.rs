use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;

use super::{History, Query};
use crate::status::{Happening, HistoryEntry};

const DAY: i64 = 24 * 60 * 60;

fn entry(second: i64, document: &str, message: &str) -> HistoryEntry {
    HistoryEntry {
        at: Timestamp::from_second(second).unwrap(),
        document: document.to_owned(),
        what: Happening::Alerted {
            key: "drift/okta.scope.default/orders.read".to_owned(),
            receiver: "slack #1".to_owned(),
            message: message.to_owned(),
            delivered: true,
        },
    }
}

fn messages(entries: &[HistoryEntry]) -> Vec<&str> {
    entries
        .iter()
        .map(|entry| match &entry.what {
            Happening::Alerted { message, .. } => message.as_str(),
            other @ (Happening::Run { .. }
            | Happening::Appeared { .. }
            | Happening::Settled { .. }) => panic!("{other:?}"),
        })
        .collect()
}

fn open(path: &Path) -> History {
    History::open(path, Duration::from_hours(24 * 90)).unwrap()
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn entries_come_newest_first_and_by_document_time_and_number() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    let history = open(&path);
    for (second, document, message) in [
        (10, "shop", "a"),
        (30, "shop", "c"),
        (20, "bank", "b"),
        (30, "shop", "d"),
    ] {
        history.record(&entry(second, document, message)).unwrap();
    }
    let ask = |query: Query| history.entries(&query).unwrap();
    let all = ask(Query::default());
    assert_eq!(messages(&all), ["d", "c", "b", "a"]);
    assert_eq!(all[3], entry(10, "shop", "a"));
    let shop = ask(Query {
        document: Some("shop".to_owned()),
        limit: Some(2),
        ..Query::default()
    });
    assert_eq!(messages(&shop), ["d", "c"]);
    let since = ask(Query {
        since: Some(Timestamp::from_second(20).unwrap()),
        ..Query::default()
    });
    assert_eq!(messages(&since), ["d", "c", "b"]);
    // another process reads while this one has it open
    let looked = History::look(&path, &Query::default()).unwrap().unwrap();
    assert_eq!(looked, all);
    let none = History::look(&folder.path().join("none.sqlite"), &Query::default());
    assert_eq!(none.unwrap(), None);
    assert!(!folder.path().join("none.sqlite").exists());
}

#[test]
fn what_is_too_old_goes_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let history = open(&folder.path().join(History::FILE));
    for day in 0..100 {
        history
            .record(&entry(day * DAY, "shop", &day.to_string()))
            .unwrap();
    }
    let now = Timestamp::from_second(100 * DAY).unwrap();
    assert_eq!(history.prune(now).unwrap(), 10);
    assert_eq!(history.prune(now).unwrap(), 0);
    let left = history.entries(&Query::default()).unwrap();
    assert_eq!(left.len(), 90);
    assert_eq!(messages(&left).last(), Some(&"10"));
}

#[test]
fn a_broken_file_is_set_aside_and_begun_anew() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    fs::write(&path, "no database at all, but a text of some length").unwrap();
    let history = open(&path);
    history.record(&entry(1, "shop", "after")).unwrap();
    assert_eq!(
        messages(&history.entries(&Query::default()).unwrap()),
        ["after"]
    );
    let names = names(folder.path());
    let aside = names.iter().find(|name| name.contains(".broken-")).unwrap();
    let kept = fs::read_to_string(folder.path().join(aside)).unwrap();
    assert!(kept.starts_with("no database"));
    let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode, 0o600);
}

#[test]
fn a_file_that_breaks_in_the_middle_is_set_aside_as_well() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    let history = open(&path);
    for second in 0..2000 {
        history.record(&entry(second, "shop", "before")).unwrap();
    }
    drop(history);
    let mut bytes = fs::read(&path).unwrap();
    assert!(bytes.len() > 20 * 4096);
    for byte in &mut bytes[2 * 4096..] {
        *byte = 0x5a;
    }
    fs::write(&path, bytes).unwrap();
    let history = open(&path);
    assert_eq!(history.entries(&Query::default()).unwrap(), []);
    history.record(&entry(1, "shop", "after")).unwrap();
    assert_eq!(history.entries(&Query::default()).unwrap().len(), 1);
}

#[test]
fn a_file_of_a_later_version_is_kept_aside() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    open(&path).record(&entry(1, "shop", "before")).unwrap();
    let later = rusqlite::Connection::open(&path).unwrap();
    later.pragma_update(None, "user_version", 99).unwrap();
    drop(later);
    assert_eq!(open(&path).entries(&Query::default()).unwrap(), []);
    assert!(
        names(folder.path())
            .iter()
            .any(|name| name.contains(".broken-"))
    );
}

#[test]
fn the_first_version_is_still_read() {
    // as the first released version wrote it; must never be changed
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    let old = rusqlite::Connection::open(&path).unwrap();
    old.execute_batch(
        r#"CREATE TABLE entry (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, document TEXT NOT NULL,
               kind TEXT NOT NULL, body TEXT NOT NULL) STRICT;
           CREATE INDEX entry_at ON entry (at);
           CREATE INDEX entry_document ON entry (document, at);
           INSERT INTO entry (at, document, kind, body) VALUES (10000, 'shop', 'alerted',
             '{"at":"1970-01-01T00:00:10Z","document":"shop","kind":"alerted","key":"drift/okta.scope.default/orders.read","receiver":"slack #1","message":"a","delivered":true}');
           PRAGMA user_version = 1;"#,
    )
    .unwrap();
    drop(old);
    let entries = open(&path).entries(&Query::default()).unwrap();
    assert_eq!(entries, [entry(10, "shop", "a")]);
}
