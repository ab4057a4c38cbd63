use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::sops::{Keyring, SopsFile, generate_identity};
use super::*;
use crate::base::{
    CredentialStore, CredentialTarget, Credentials, FileId, KindName, Secret, SecretRef, Span,
};

/// A folder with an identity, and files that are encrypted to it.
struct Place {
    folder: tempfile::TempDir,
    environment: Environment,
    recipient: String,
}

impl Place {
    fn new() -> Self {
        let (identity, recipient) = generate_identity();
        let variables = [("SOPS_AGE_KEY", identity.expose()), ("OKTA_TOKEN", "00env")];
        Self {
            folder: tempfile::tempdir().expect("a folder"),
            environment: variables.into_iter().collect(),
            recipient,
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn file(&self, name: &str, values: &[(&str, &str)]) -> PathBuf {
        let values: Vec<(&str, Secret)> = values
            .iter()
            .map(|(path, value)| (*path, Secret::new(*value)))
            .collect();
        let values: Vec<(&str, &Secret)> = values.iter().map(|(path, v)| (*path, v)).collect();
        let file = self.path(name);
        create_file(&file, std::slice::from_ref(&self.recipient), &values).expect("it is made");
        file
    }

    fn secrets(&self, files: &[PathBuf]) -> Secrets {
        Secrets::new(files.to_vec(), Vec::new(), self.environment.clone())
    }

    fn store(&self, files: &[PathBuf]) -> SopsStore {
        let folder = self.folder.path().to_owned();
        SopsStore::new(Arc::new(self.secrets(files)), move |_| folder.clone())
    }

    fn resolve(&self, files: &[PathBuf], reference: &SecretRef) -> Result<String, SecretError> {
        self.secrets(files)
            .resolve(reference, self.folder.path())
            .map(|secret| secret.expose().to_owned())
    }
}

fn sops(path: &str) -> SecretRef {
    SecretRef::Sops(path.to_owned())
}

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

/// The error with all that stands behind it, as a person would see it.
fn told(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
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
        .filter(|name| name.starts_with(".dcrsync"))
        .collect()
}

#[test]
fn a_fingerprint_is_the_same_on_every_machine() {
    // computed with argon2-cffi 25.1 over hashlib.sha256 of the two parts with their lengths
    let address = KindName::new("konnect.dcr_provider").at("okta-prod");
    let of = |secret: &str, name: &str| fingerprint(&Secret::new(secret), name, &address).0;
    assert_eq!(of("s3cr3t-Grüße", "payments"), "liia6n3ae5um7pglyhydr6u4tm");
    let short = KindName::new("c.d").at("e");
    assert_eq!(
        fingerprint(&Secret::new("x"), "ab", &short).0,
        "k7b3743ygiyywo7q4jokmeuzdi"
    );
    assert_ne!(
        of("s3cr3t-Grüße", "payment"),
        of("s3cr3t-Grüße", "payments")
    );
}

#[test]
fn references_are_resolved_from_all_three_places() {
    let place = Place::new();
    let files = [
        place.file("a.sops.yaml", &[("okta.api_token", "00sops")]),
        place.file("b.sops.yaml", &[("konnect.token", "kpat")]),
    ];
    fs::write(place.path("token"), "00file\r\n").expect("written");
    let get = |reference: SecretRef| place.resolve(&files, &reference).expect("it is there");
    assert_eq!(get(sops("okta.api_token")), "00sops");
    assert_eq!(get(sops("konnect.token")), "kpat");
    assert_eq!(get(SecretRef::Env("OKTA_TOKEN".to_owned())), "00env");
    assert_eq!(get(SecretRef::File("token".to_owned())), "00file");
    let absolute = place.path("token").display().to_string();
    assert_eq!(get(SecretRef::File(absolute)), "00file");
}

#[test]
fn files_are_opened_when_needed_and_once() {
    let place = Place::new();
    let file = place.file("a.yaml", &[("a", "1"), ("b", "2")]);
    let secrets = place.secrets(std::slice::from_ref(&file));
    fs::rename(&file, place.path("elsewhere")).expect("moved");
    let get = |path| secrets.resolve(&sops(path), Path::new("."));
    let env = SecretRef::Env("OKTA_TOKEN".to_owned());
    assert!(secrets.resolve(&env, Path::new(".")).is_ok());
    assert!(matches!(get("a"), Err(SecretError::Read { .. })));
    fs::rename(place.path("elsewhere"), &file).expect("moved");
    assert_eq!(get("a").expect("mended").expose(), "1");
    fs::remove_file(&file).expect("removed");
    assert_eq!(get("b").expect("read before").expose(), "2");
}

#[test]
fn a_path_in_two_files_is_an_error_naming_both() {
    let place = Place::new();
    let files = [
        place.file("a.yaml", &[("x.y", "CANARY-1"), ("z", "1")]),
        place.file("b.yaml", &[("x.y", "CANARY-2")]),
    ];
    let error = place.resolve(&files, &sops("z")).expect_err("ambiguous");
    let text = told(&error);
    assert!(
        text.contains("`x.y`") && text.contains("a.yaml") && text.contains("b.yaml"),
        "{text}"
    );
    assert!(!text.contains("CANARY"), "{text}");
}

#[test]
fn a_misspelt_reference_gets_a_hint() {
    let place = Place::new();
    let files = [place.file("a.yaml", &[("okta.api_token", "1")])];
    let of = |reference: &SecretRef| told(&place.resolve(&files, reference).expect_err("misspelt"));
    assert!(of(&sops("okta.api_tokn")).ends_with("did you mean `okta.api_token`?"));
    assert!(of(&sops("okta")).contains("a mapping or list"));
    assert!(of(&SecretRef::Env("OKTA_TOKN".to_owned())).ends_with("did you mean `OKTA_TOKEN`?"));
    let far = of(&SecretRef::Env("NOTHING_LIKE_IT".to_owned()));
    assert!(
        !far.contains("SOPS_AGE_KEY"),
        "the environment is not listed: {far}"
    );
    let none = told(&place.resolve(&[], &sops("x")).expect_err("no files"));
    assert!(none.contains("`secrets.files`"), "{none}");
}

#[test]
fn only_encrypted_texts_and_numbers_are_secrets() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops");
    let get = |file: &str, path: &str| {
        let key = vec![root.join("keys/test-age-a.txt")];
        Secrets::new(vec![root.join(file)], key, Environment::default())
            .resolve(&sops(path), &root)
            .map(|secret| secret.expose().to_owned())
    };
    let base = "real/set-base.enc.yaml";
    assert_eq!(get(base, "okta.api_token").expect("a text"), "00old");
    assert_eq!(get(base, "okta.orgs.1.token").expect("an item"), "t-prod");
    assert_eq!(get(base, "okta.retries").expect("a number"), "3");
    assert!(matches!(
        get(base, "okta.strict"),
        Err(SecretError::NotText { .. })
    ));
    assert!(matches!(
        get(base, "empty_map"),
        Err(SecretError::NotText { .. })
    ));
    assert!(matches!(
        get(base, "nothing"),
        Err(SecretError::Empty { .. })
    ));
    let clear = get(base, "apps.orders.public_unencrypted").expect_err("in clear");
    assert!(matches!(clear, SecretError::Clear { .. }));
    assert!(!told(&clear).contains("visible"));
    assert_eq!(
        get("real/keys.enc.yaml", "dot.ted").expect("a key with a dot"),
        "c"
    );
}

#[test]
fn an_empty_or_missing_secret_is_an_error() {
    let place = Place::new();
    fs::write(place.path("empty"), "\n").expect("written");
    fs::write(place.path("binary"), [0xff, 0xfe]).expect("written");
    let file = |name: &str| place.resolve(&[], &SecretRef::File(name.to_owned()));
    assert!(matches!(file("empty"), Err(SecretError::Empty { .. })));
    assert!(matches!(file("binary"), Err(SecretError::NotUtf8 { .. })));
    assert!(matches!(file("none"), Err(SecretError::Read { .. })));
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
    let old = place.resolve(&[file], &sops("clients.old.client_id"));
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
    ];
    let file = place.file("c.yaml", &values);
    let before = fs::read(&file).expect("it is there");
    let store = place.store(&[]);
    for path in [
        "text",
        "text.below",
        "deep",
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
    replace::replace(&file, |bytes| {
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
    let busy = replace::replace(&file, |_| {
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
