use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::{Place, told};
use crate::base::{
    CredentialStore, CredentialTarget, Credentials, FileId, Secret, SecretRef, Span,
};
use crate::secrets::kept::Kept;
use crate::secrets::replace::replace;
use crate::secrets::sops::{Keyring, SopsFile};
use crate::secrets::{SecretError, SopsStore, create_file};

fn target(file: &str, path: &str) -> CredentialTarget {
    CredentialTarget {
        file: file.to_owned(),
        path: path.to_owned(),
        span: Span {
            file: FileId(0),
            start: 0,
            end: 0,
        },
    }
}

fn credentials(id: &str, secret: &str) -> Credentials {
    Credentials {
        client_id: id.to_owned(),
        client_secret: Secret::new(secret),
    }
}

fn leftovers(folder: &Path) -> Vec<String> {
    fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| {
            entry
                .expect("an entry")
                .file_name()
                .into_string()
                .expect("UTF-8")
        })
        .filter(|name| name.contains(".dcrsync-"))
        .collect()
}

#[test]
fn credentials_are_kept_in_an_existing_file() {
    let place = Place::new();
    let file = place.file("clients.yaml", &[("clients.old.client_id", "0oaold")]);
    let store = place.store(&[]);
    let at = target("clients.yaml", "clients.new");
    assert_eq!(store.get(&at).expect("it opens"), None);
    store.prove(&at).expect("it would work");
    let untouched = fs::read(&file).expect("it is there");
    assert_eq!(
        store.get(&at).expect("it opens"),
        None,
        "a proof writes nothing"
    );
    store
        .put(&at, &credentials("0oa1", "first"))
        .expect("it works");
    assert_ne!(fs::read(&file).expect("it is there"), untouched);
    assert_eq!(
        store.get(&at).expect("it opens"),
        Some(credentials("0oa1", "first"))
    );
    store.prove(&at).expect("ours to replace");
    store
        .put(&at, &credentials("0oa1", "second"))
        .expect("it works");
    assert_eq!(
        store.get(&at).expect("it opens"),
        Some(credentials("0oa1", "second"))
    );
    let text = fs::read_to_string(&file).expect("it is there");
    assert!(
        !text.contains("0oa1") && !text.contains("second"),
        "both are encrypted"
    );
    let old = place.resolve(
        &[file],
        &SecretRef::Sops("clients.old.client_id".to_owned()),
    );
    assert_eq!(old.expect("it stays"), "0oaold");
    assert!(leftovers(place.folder.path()).is_empty());
}

#[test]
fn a_missing_file_is_made_for_the_same_recipients() {
    let place = Place::new();
    let reference = place.file("secrets.yaml", &[("a", "1")]);
    let store = place.store(&[reference]);
    let at = target("deep/er/clients.yaml", "mobile");
    store.prove(&at).expect("it would work");
    assert!(!place.path("deep").exists(), "a proof makes nothing");
    assert!(leftovers(place.folder.path()).is_empty());
    store.put(&at, &credentials("0oa1", "s")).expect("it works");
    assert_eq!(
        store.get(&at).expect("it opens"),
        Some(credentials("0oa1", "s"))
    );
    let made = place.path("deep/er/clients.yaml");
    let bytes = fs::read(&made).expect("it is there");
    let keyring = Keyring::new(place.environment.clone(), Vec::new());
    let opened = SopsFile::open(&made, &bytes, &keyring).expect("it opens");
    assert_eq!(
        opened.recipients().collect::<Vec<_>>(),
        [place.recipient.as_str()]
    );
    assert!(leftovers(made.parent().expect("a folder")).is_empty());
    let error = place
        .store(&[])
        .prove(&target("other.yaml", "x"))
        .expect_err("for whom?");
    assert!(told(&error).contains("secrets.files"), "{}", told(&error));
}

#[test]
fn what_is_not_ours_is_not_replaced() {
    let place = Place::new();
    let values = [
        ("text", "CANARY"),
        ("half.client_id", "0oa"),
        ("deep.client_id.x", "1"),
        ("clients.mobile.client_id", "0oa"),
    ];
    let file = place.file("c.yaml", &values);
    let before = fs::read(&file).expect("it is there");
    let store = place.store(&[]);
    for path in [
        "text",
        "text.below",
        "deep",
        "clients",
        "sops",
        "x_unencrypted",
        "a..b",
    ] {
        let at = target("c.yaml", path);
        let proof = store.prove(&at).expect_err(path);
        assert!(!told(&proof).contains("CANARY"), "{}", told(&proof));
        store.put(&at, &credentials("i", "s")).expect_err(path);
    }
    assert_eq!(fs::read(&file).expect("it is there"), before);
    let half = store
        .get(&target("c.yaml", "half"))
        .expect_err("half is there");
    assert!(told(&half).contains("`client_secret`"));
    store
        .put(&target("c.yaml", "half"), &credentials("i", "s"))
        .expect("it is completed");
}

#[test]
fn a_file_that_cannot_be_opened_fails_the_proof() {
    let place = Place::new();
    place.file("c.yaml", &[("a", "1")]);
    let stranger = Place::new();
    let folder = place.folder.path().to_owned();
    let store = SopsStore::new(Arc::new(stranger.secrets(&[])), move |_| folder.clone());
    let error = store.prove(&target("c.yaml", "x")).expect_err("not for us");
    assert!(told(&error).contains(&place.recipient), "{}", told(&error));
    let error = store
        .prove(&target("c.json", "x"))
        .expect_err("another format");
    assert!(told(&error).contains("not supported") || told(&error).contains("does not exist"));
}

#[test]
fn concurrent_writers_lose_nothing() {
    let place = Place::new();
    place.file("c.yaml", &[("a", "1")]);
    let store = place.store(&[]);
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let store = &store;
            scope.spawn(move || {
                for round in 0..5 {
                    let at = target("c.yaml", &format!("clients.w{writer}-{round}"));
                    store.put(&at, &credentials("i", "s")).expect("it works");
                }
            });
        }
    });
    for writer in 0..4 {
        for round in 0..5 {
            let at = target("c.yaml", &format!("clients.w{writer}-{round}"));
            assert!(
                store.get(&at).expect("it opens").is_some(),
                "{writer} {round}"
            );
        }
    }
    assert!(leftovers(place.folder.path()).is_empty());
}

#[test]
fn an_edit_between_read_and_write_is_not_lost() {
    let place = Place::new();
    let file = place.path("text");
    fs::write(&file, "one").expect("written");
    let mut seen = Vec::new();
    replace(&file, |bytes| {
        let text = String::from_utf8(bytes.expect("it is there").to_vec()).expect("UTF-8");
        if seen.is_empty() {
            // another program, which knows nothing of our lock
            fs::write(&file, "two").expect("written");
        }
        seen.push(text.clone());
        Ok(Some(format!("{text}+")))
    })
    .expect("it works");
    assert_eq!(seen, ["one", "two"]);
    assert_eq!(fs::read_to_string(&file).expect("it is there"), "two+");
    let busy = replace(&file, |_| {
        let text = fs::read_to_string(&file).expect("it is there");
        fs::write(&file, format!("{text}x")).expect("written");
        Ok(Some("lost".to_owned()))
    });
    assert!(matches!(busy, Err(SecretError::Busy { .. })));
    assert!(leftovers(place.folder.path()).is_empty());
}

#[test]
fn an_existing_file_is_not_made_anew() {
    let place = Place::new();
    let file = place.file("a.yaml", &[("a", "1")]);
    let error = create_file(&file, std::slice::from_ref(&place.recipient), &[]);
    assert!(matches!(error, Err(SecretError::Exists { .. })));
}

#[cfg(unix)]
#[test]
fn mode_and_link_stay_and_a_new_file_is_private() {
    use std::os::unix::fs::{PermissionsExt, symlink};

    let mode = |file: &Path| {
        fs::metadata(file)
            .expect("it is there")
            .permissions()
            .mode()
            & 0o777
    };
    let place = Place::new();
    let real = place.file("real.yaml", &[("a", "1")]);
    assert_eq!(mode(&real), 0o600);
    fs::set_permissions(&real, fs::Permissions::from_mode(0o640)).expect("set");
    fs::create_dir(place.path("links")).expect("a folder");
    symlink("../real.yaml", place.path("links/c.yaml")).expect("linked");
    let store = place.store(&[]);
    let at = target("links/c.yaml", "x");
    store.put(&at, &credentials("i", "s")).expect("it works");
    assert!(place.path("links/c.yaml").is_symlink());
    assert_eq!(mode(&real), 0o640);
    let direct = store.get(&target("real.yaml", "x")).expect("it opens");
    assert_eq!(direct, Some(credentials("i", "s")));
    symlink("nowhere.yaml", place.path("dangling.yaml")).expect("linked");
    assert!(
        store
            .put(&target("dangling.yaml", "x"), &credentials("i", "s"))
            .is_err()
    );
}

#[test]
fn what_a_killed_run_left_beside_a_file_goes_with_the_next_write_of_it() {
    let place = Place::new();
    let beside = |name: &str| {
        let file = place.path(name);
        fs::write(&file, "half").expect("written");
        file
    };
    let store = place.store(&[place.file("first.yaml", &[("a", "1")])]);
    let others = beside(".other.yaml.dcrsync-0123456789abcdef.tmp");
    for _ in 0..2 {
        // the first time the file is made, the second time it is replaced
        let left = beside(".c.yaml.dcrsync-0123456789abcdef.tmp");
        let at = target("c.yaml", "clients.x");
        let secret = format!("s{}", fs::exists(place.path("c.yaml")).expect("told"));
        store
            .put(&at, &credentials("i", &secret))
            .expect("it works");
        assert!(!left.exists());
    }
    let left = beside(".c.yaml.dcrsync-0123456789abcdef.tmp");
    store
        .prove(&target("c.yaml", "clients.y"))
        .expect("it would work");
    assert!(!left.exists());
    assert!(others.exists(), "another file's is that file's affair");
}

#[test]
fn an_entry_is_taken_out_and_the_rest_stays() {
    let place = Place::new();
    let file = place.file("c.yaml", &[("okta.token", "1"), ("okta.old", "2")]);
    let secrets = place.secrets(std::slice::from_ref(&file));
    let at = |path: &str| SecretRef::Sops(path.to_owned());
    assert!(secrets.has("okta.old").expect("it opens"));
    secrets.remove("okta.old").expect("it goes");
    assert!(!secrets.has("okta.old").expect("it opens"));
    assert_eq!(
        place.resolve(&[file], &at("okta.token")).expect("it stays"),
        "1"
    );
    assert!(
        secrets.remove("okta.old").is_err(),
        "it is not there any more"
    );
}

#[test]
fn a_file_of_many_applications_is_decrypted_once() {
    let place = Place::new();
    let file = place.file(
        "c.yaml",
        &[("a.client_id", "0oa1"), ("a.client_secret", "s")],
    );
    let keyring = Keyring::new(place.environment.clone(), Vec::new());
    let (kept, opened) = (Kept::default(), std::cell::Cell::new(0));
    let look = || {
        let about = fs::metadata(&file).expect("it is there");
        let leaves = kept.leaves(&file, &about, || {
            opened.set(opened.get() + 1);
            let bytes = fs::read(&file).expect("it is there");
            Ok(SopsFile::open(&file, &bytes, &keyring).expect("it opens"))
        });
        let (id, _) = leaves
            .expect("it opens")
            .credentials(&file, "a")
            .expect("ours");
        id.map(|id| id.expose().to_owned())
    };
    for _ in 0..3 {
        assert_eq!(look().as_deref(), Some("0oa1"));
    }
    assert_eq!(opened.get(), 1);
    // as an editor does it: another file in the place of this one
    let other = place.file(
        "other.yaml",
        &[("a.client_id", "0oa2"), ("a.client_secret", "s")],
    );
    fs::rename(other, &file).expect("replaced");
    assert_eq!(look().as_deref(), Some("0oa2"));
    assert_eq!(opened.get(), 2);
}

#[test]
fn who_else_changes_the_file_is_seen() {
    let place = Place::new();
    place.file("c.yaml", &[("a", "1")]);
    let (one, other) = (place.store(&[]), place.store(&[]));
    let at = target("c.yaml", "clients.new");
    assert_eq!(one.get(&at).expect("it opens"), None);
    other.put(&at, &credentials("0oa1", "s")).expect("it works");
    assert_eq!(
        one.get(&at).expect("it opens"),
        Some(credentials("0oa1", "s"))
    );
}

#[test]
fn neighbours_whose_names_begin_alike_are_told_apart() {
    let place = Place::new();
    let values = [
        ("a-b.client_id", "0oaother"),
        ("a-b.client_secret", "t"),
        ("a.client_id", "0oa1"),
        ("a.client_secret", "s"),
        ("a0.client_id", "0oathird"),
    ];
    place.file("c.yaml", &values);
    let store = place.store(&[]);
    let found = store.get(&target("c.yaml", "a")).expect("it opens");
    assert_eq!(found, Some(credentials("0oa1", "s")));
    assert!(store.get(&target("c.yaml", "a0")).is_err());
    assert_eq!(store.get(&target("c.yaml", "b")).expect("it opens"), None);
}
