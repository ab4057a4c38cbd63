use std::fs;
use std::path::Path;

use super::{Place, told};
use crate::base::{KindName, Secret, SecretRef};
use crate::secrets::{Environment, SecretError, Secrets, fingerprint};

fn sops(path: &str) -> SecretRef {
    SecretRef::Sops(path.to_owned())
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

#[cfg(unix)]
#[test]
fn a_file_in_clear_that_others_can_read_is_told() {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use crate::secrets::exposure::exposures;

    let place = Place::new();
    let file = place.path("token");
    fs::write(&file, "t").expect("written");
    let environment = Environment::from_process();
    let mode = |mode| {
        let mode = fs::Permissions::from_mode(mode);
        fs::set_permissions(&file, mode).expect("set");
        exposures(&file, &environment)
    };
    assert!(mode(0o600).is_empty());
    assert!(mode(0o640).is_empty());
    let told = mode(0o644);
    assert!(
        matches!(told.as_slice(), [one] if one.contains("chmod 600")),
        "{told:?}"
    );
    let git = |arguments: &[&str]| {
        let run = Command::new("git")
            .args(arguments)
            .current_dir(place.folder.path())
            .output();
        run.is_ok_and(|run| run.status.success())
    };
    if !git(&["init", "--quiet"]) {
        eprintln!("!!! SKIPPED: a tracked file: git is not installed");
        return;
    }
    assert!(mode(0o600).is_empty(), "it is not in the repository yet");
    assert!(git(&["add", "token"]));
    let told = mode(0o600);
    assert!(
        matches!(told.as_slice(), [one] if one.contains("git repository")),
        "{told:?}"
    );
}
