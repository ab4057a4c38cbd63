use std::fs;
use std::path::Path;

use super::{file, fixture, keyring, open, put};
use crate::secrets::Environment;
use crate::secrets::sops::cipher::{CipherError, DataKey};
use crate::secrets::sops::rules::{Form, Rule};
use crate::secrets::sops::{Keyring, SopsFile};

#[test]
fn every_changed_byte_of_an_envelope_is_noticed() {
    let text = put(&file("unencrypted_suffix: _clear", ""), "a.b", "some value").expect("it fits");
    for part in ["data:", "iv:", "tag:"] {
        for (owner, classes) in [
            ("b: ENC", ["value-auth"]),
            ("mac: ENC", ["mac-undecryptable"]),
        ] {
            let from = text.find(owner).expect("it is there");
            let at = from + text[from..].find(part).expect("it is there") + part.len();
            let other = if &text[at..=at] == "A" { "B" } else { "A" };
            let mut changed = text.clone();
            changed.replace_range(at..=at, other);
            let class = open(&changed)
                .map(|_| ())
                .expect_err("it was changed")
                .class();
            assert!(classes.contains(&class), "{owner} {part}: {class}");
        }
    }
    let moved = text.replace("    b: ENC", "    c: ENC");
    assert_eq!(
        open(&moved).map(|_| ()).expect_err("moved").class(),
        "value-auth"
    );
    let dated = text.replace("2027-01-02T03:04:05Z", "2027-01-02T03:04:06Z");
    assert_eq!(
        open(&dated).map(|_| ()).expect_err("dated").class(),
        "mac-undecryptable"
    );
}

#[test]
fn an_envelope_binds_key_and_place() {
    let key = DataKey::random();
    let sealed = key.seal("Grüße".as_bytes(), "str", "a:b:");
    assert_eq!(
        key.open(&sealed, "a:b:")
            .map(|opened| opened.bytes.to_vec()),
        Ok("Grüße".into())
    );
    assert_eq!(
        key.open(&sealed, "a:c:").map(|_| ()),
        Err(CipherError::Auth)
    );
    assert_eq!(
        DataKey::random().open(&sealed, "a:b:").map(|_| ()),
        Err(CipherError::Auth)
    );
    assert_ne!(
        sealed,
        key.seal("Grüße".as_bytes(), "str", "a:b:"),
        "an IV must not come twice"
    );
    assert!(
        matches!(key.open("CANARY", "a:"), Err(CipherError::Format(why)) if !why.contains("CANARY"))
    );
}

#[test]
fn a_rule_looks_at_every_part_of_the_path() {
    let rule = |form, text| Rule::new(form, text);
    let path = ["a", "b_x", "c"];
    assert!(!rule(Form::UnencryptedSuffix, "_x").encrypts(&path, &[]));
    assert!(rule(Form::EncryptedSuffix, "_x").encrypts(&path, &[]));
    assert!(!rule(Form::UnencryptedRegex, "^b").encrypts(&path, &[]));
    assert!(rule(Form::EncryptedRegex, "^b").encrypts(&path, &[]));
    assert!(!rule(Form::UnencryptedCommentRegex, "open").encrypts(&path, &[" open"]));
    assert!(rule(Form::EncryptedCommentRegex, "shut").encrypts(&path, &[" x", " shut"]));
    // sops takes a pattern that does not compile for one that fits nothing
    assert!(rule(Form::UnencryptedRegex, "(").encrypts(&path, &[]));
    assert!(!rule(Form::EncryptedRegex, "(").encrypts(&path, &[]));
    assert!(Rule::default().encrypts(&path, &[]));
}

#[test]
fn what_is_not_built_in_is_said_with_a_way_out() {
    let text = fs::read(fixture("real/secrets.enc.yaml")).expect("a fixture");
    for name in ["x.json", "x.env", "x.ini", "x.bin", "x"] {
        let error = SopsFile::open(Path::new(name), &text, &keyring()).map(|_| ());
        assert_eq!(error.expect_err(name).class(), "not-yaml", "{name}");
    }
    for (name, told) in [
        ("real/pgp.enc.yaml", "`gpg`"),
        ("real/kms.enc.yaml", "`sops` is not installed"),
        ("real/shamir-2of3.enc.yaml", "opened 1, needed 2"),
    ] {
        let text = fs::read(fixture(name)).expect("a fixture");
        let error = SopsFile::open(Path::new(name), &text, &keyring())
            .map(|_| ())
            .expect_err(name);
        assert_eq!(error.class(), "no-key", "{name}");
        assert!(error.to_string().contains(told), "{error}");
    }
    let huge = vec![b' '; 4 * 1024 * 1024 + 1];
    let error = SopsFile::open(Path::new("x.yaml"), &huge, &keyring()).map(|_| ());
    assert_eq!(error.expect_err("too large").class(), "too-large");
    let error = open("a: 1\nb: \u{0}").map(|_| ()).expect_err("no text");
    assert!(matches!(error.class(), "not-yaml" | "not-sops"), "{error}");
}

#[test]
fn the_environment_shows_nothing() {
    let environment: Environment = [("TOKEN", "CANARY")].into_iter().collect();
    assert_eq!(format!("{environment:?}"), "Environment(1 variables)");
    assert!(!format!("{:?}", Keyring::new(environment, Vec::new())).contains("CANARY"));
}
