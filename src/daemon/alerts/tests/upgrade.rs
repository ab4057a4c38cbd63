use super::fixtures::{Hook, MovedClock, alert, at, deliver_all, desk, told};
use crate::base::Urgency;
use crate::daemon::alerts::{Desk, DeskError, DeskOptions};
use crate::daemon::store::StoreError;

/// As the first released version wrote it; must never be changed.
const FIRST: &str = r#"
    CREATE TABLE firing (document TEXT NOT NULL, key TEXT NOT NULL, alert TEXT NOT NULL,
        PRIMARY KEY (document, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE told (document TEXT NOT NULL, key TEXT NOT NULL, receiver TEXT NOT NULL,
        at INTEGER NOT NULL, gist TEXT NOT NULL, lasts INTEGER NOT NULL, number INTEGER NOT NULL,
        PRIMARY KEY (document, key, receiver)) STRICT, WITHOUT ROWID;
    CREATE TABLE outbox (id INTEGER PRIMARY KEY AUTOINCREMENT, document TEXT NOT NULL,
        receiver TEXT NOT NULL, key TEXT NOT NULL, message TEXT NOT NULL,
        failures INTEGER NOT NULL DEFAULT 0, refusals INTEGER NOT NULL DEFAULT 0,
        due INTEGER NOT NULL DEFAULT 0) STRICT;
    CREATE INDEX outbox_line ON outbox (document, receiver, id);
    CREATE TABLE memory (document TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
    INSERT INTO firing VALUES ('shop', 'a',
        '{"document":"shop","key":"a","kind":"unreachable","severity":"warning","summary":"summary of a","detail":"","difference":null,"since":"2025-10-09T08:53:20Z"}');
    INSERT INTO told VALUES ('shop', 'a', 'webhook #1', 1760000000000, 'unreachable warning', 1, 1);
    INSERT INTO outbox (document, receiver, key, message) VALUES ('shop', 'webhook #1', 'a',
        '{"id":"msg_of_before","turn":"fired","at":"2025-10-09T08:53:20Z","number":1,"alert":{"document":"shop","key":"a","kind":"unreachable","severity":"warning","summary":"summary of a","detail":"","difference":null,"since":"2025-10-09T08:53:20Z"}}');
    INSERT INTO memory VALUES ('shop', 'kept');
    PRAGMA user_version = 1;
"#;

#[tokio::test]
async fn the_state_of_the_first_version_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let old = rusqlite::Connection::open(folder.path().join(Desk::FILE)).unwrap();
    old.execute_batch(FIRST).unwrap();
    drop(old);
    let hook = Hook::willing().await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    let lasts = vec![alert("a", Urgency::Warning)];
    assert_eq!(desk.settle("shop", lasts, at(60)).unwrap(), []);
    desk.settle("shop", Vec::new(), at(120)).unwrap();
    deliver_all(&desk).await;
    let got = hook.got("/hook");
    assert_eq!(told(&got), ["fired a", "resolved a"]);
    assert_eq!(got[0].header("webhook-id"), "msg_of_before");
    assert_eq!(desk.memory().get("shop").unwrap().as_deref(), Some("kept"));
}

#[test]
fn a_broken_state_is_an_error_and_stays_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(Desk::FILE);
    std::fs::write(&path, "no database, but somebody may still mend it").unwrap();
    let clock = std::sync::Arc::new(MovedClock::default());
    let error = Desk::open(folder.path(), &DeskOptions::default(), clock).unwrap_err();
    let DeskError::Store(StoreError::Open { .. }) = error else {
        panic!("{error:?}");
    };
    assert!(error.hint().contains("Moved away"));
    assert!(
        std::fs::read_to_string(path)
            .unwrap()
            .starts_with("no database")
    );
}
