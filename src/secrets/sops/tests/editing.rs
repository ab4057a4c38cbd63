use std::fs;
use std::path::Path;

use super::{file, fixture, keyring, now, open, put, value};
use crate::base::Secret;
use crate::secrets::Environment;
use crate::secrets::sops::{Format, Plan, SopsError, SopsFile, create, make, set, stamp};

/// The lines that one text has and the other does not.
fn difference(old: &str, new: &str) -> (Vec<String>, Vec<String>) {
    let diff = similar::TextDiff::from_lines(old, new);
    let of = |tag| {
        diff.iter_all_changes()
            .filter(|change| change.tag() == tag)
            .map(|change| change.value().to_owned())
            .collect()
    };
    (
        of(similar::ChangeTag::Delete),
        of(similar::ChangeTag::Insert),
    )
}

#[test]
fn a_new_file_opens_and_holds_everything_encrypted() {
    let (one, two) = (Secret::new("one"), Secret::new("two"));
    let values = [("a.b.c", &one), ("a.d", &two), ("yes.0", &one)];
    let recipient = "age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj";
    let text =
        create(Path::new("x.yaml"), &[recipient.to_owned()], &values, now()).expect("it is made");
    for (path, secret) in values {
        assert_eq!(
            value(&text, path).as_deref(),
            Some(secret.expose()),
            "{path}"
        );
    }
    let lines: Vec<&str> = text
        .lines()
        .take(7)
        .map(|line| &line[..line.len().min(14)])
        .collect();
    assert_eq!(
        lines,
        [
            "a:",
            "    b:",
            "        c: ENC",
            "    d: ENC[AES",
            "\"yes\":",
            "    \"0\": ENC[A",
            "sops:"
        ]
    );
    assert!(text.contains("\n    lastmodified: \"2027-01-02T03:04:05Z\"\n"));
    assert!(text.contains("\n    version: 3.13.3\n"));
}

#[test]
fn a_recipient_that_age_cannot_serve_is_named() {
    for recipient in ["age1pq1xyz", "garbage", "ssh-dss AAAA"] {
        let error = create(Path::new("x.yaml"), &[recipient.to_owned()], &[], now())
            .expect_err("it is refused");
        assert_eq!(error.class(), "not-wrapped");
        assert!(error.to_string().contains(recipient), "{error}");
    }
    assert_eq!(
        create(Path::new("x.yaml"), &[], &[], now()).expect_err("nobody"),
        SopsError::NoRecipients
    );
}

#[test]
fn an_edit_changes_only_its_own_lines() {
    let old = file(
        "unencrypted_suffix: _clear",
        "# head\nmap_clear:   {a: 1}   # odd\n\nlast_clear: x\n",
    );
    let old = put(&old, "apps.one.client_id", "id-1").expect("it fits");
    let new = put(&old, "apps.one.client_id", "id-2").expect("it fits");
    let (gone, come) = difference(&old, &new);
    assert_eq!((gone.len(), come.len()), (2, 2), "value and mac: {come:?}");
    let newer = put(&new, "apps.two.client_id", "id-3").expect("it fits");
    let (gone, come) = difference(&new, &newer);
    assert_eq!((gone.len(), come.len()), (1, 3), "{come:?}");
    assert_eq!(value(&newer, "apps.one.client_id").as_deref(), Some("id-2"));
    assert!(newer.starts_with("# head\nmap_clear:   {a: 1}   # odd\n\nlast_clear: x\n"));
}

#[test]
fn line_ends_and_a_missing_last_one_stay() {
    let old = file("unencrypted_suffix: _clear", "").replace('\n', "\r\n");
    let new = put(&old, "a.b", "v").expect("it fits");
    assert_eq!(new.matches('\n').count(), new.matches("\r\n").count());
    assert_eq!(value(&new, "a.b").as_deref(), Some("v"));
    let old = format!(
        "\u{feff}{}",
        file("unencrypted_suffix: _clear", "b_clear: 1\n")
    );
    let new = put(old.trim_end(), "a", "v").expect("it fits");
    assert!(new.starts_with('\u{feff}') && !new.ends_with('\n'));
    assert_eq!(value(&new, "a").as_deref(), Some("v"));
    // the new key goes behind the last one, which here ends the file
    let text = file("unencrypted_suffix: _clear", "");
    let old = format!("{text}z_clear: 1");
    let key = keyring()
        .unwrap(&open(&text).expect("it opens").meta)
        .expect("it is for us");
    let old = stamp::stamp(Format::Yaml, &old, &key, now()).expect("it is typed");
    let new = put(&old, "a", "v").expect("it fits");
    assert!(new.contains("z_clear: 1\na: ENC["));
}

#[test]
fn values_go_where_nothing_was() {
    for clear in [
        "m_clear: {x: y}\nm: {}  # why\n",
        "m:\n",
        "m: ~ # why\n",
        "m: null\nn_clear: 1\n",
        "\"m\": { }\n",
        "m:  # why\nn_clear: 1\n",
    ] {
        let old = file("unencrypted_suffix: _clear", clear);
        let new = put(&old, "m.k.l", "v").unwrap_or_else(|error| panic!("{clear}: {error}"));
        assert_eq!(value(&new, "m.k.l").as_deref(), Some("v"), "{clear}");
        assert_eq!(clear.contains("# why"), new.contains("# why"), "{clear}");
        let new = put(&old, "m", "v");
        let empty = clear.contains('{');
        assert_eq!(
            new.is_err(),
            empty,
            "{clear}: a mapping is not written over"
        );
        if let Ok(new) = new {
            assert_eq!(value(&new, "m").as_deref(), Some("v"), "{clear}");
        }
    }
}

#[test]
fn what_cannot_be_done_without_harm_is_refused() {
    let clear = "\
l_clear: [1, 2]
f_clear: {a: {b: 1}}
base_clear: &x {k: v}
copy_clear: *x
text_clear: |
    line
";
    let old = file("unencrypted_suffix: _clear", clear);
    let refused = |path: &str| match put(&old, path, "v") {
        Err(error) => error.class(),
        Ok(new) => panic!("{path}:\n{new}"),
    };
    for path in ["sops.mac", "sops", "", "a..b", ".a", "l_clear.x", "l_clear"] {
        assert_eq!(refused(path), "cannot-place", "{path}");
    }
    for path in ["base_clear.k", "copy_clear.k", "text_clear.k"] {
        assert_eq!(refused(path), "cannot-place", "{path}");
    }
    for path in [
        "text_clear",
        "new_clear",
        "l_clear.0",
        "l_clear.2",
        "f_clear.a.c",
        "x.y_clear.z",
    ] {
        assert_eq!(refused(path), "would-be-clear", "{path}");
    }
    assert_eq!(
        put(&old, "a", "").expect_err("it is empty").class(),
        "cannot-place"
    );
    // a rule that would encrypt it does not make room in braces
    let old = file("encrypted_regex: ^c$", "f: {a: {b: 1}}\n");
    let error = put(&old, "f.a.c", "v").expect_err("in braces");
    assert_eq!(error.class(), "cannot-place");
}

#[test]
fn a_rule_that_leaves_the_value_clear_stops_the_edit() {
    for rule in [
        "encrypted_suffix: _secret",
        "encrypted_regex: ^token$",
        "unencrypted_regex: ^a$",
        "encrypted_comment_regex: secret",
    ] {
        let error = put(&file(rule, ""), "a.b", "CANARY").expect_err(rule);
        assert_eq!(error.class(), "would-be-clear", "{rule}");
        assert!(
            error
                .to_string()
                .contains(rule.split(':').next().expect("a name"))
        );
        assert!(!format!("{error}{error:?}").contains("CANARY"));
    }
    let old = file("encrypted_regex: ^token$", "token:\n");
    assert_eq!(
        put(&old, "token.deep", "v").map(|new| value(&new, "token.deep")),
        Ok(Some("v".into()))
    );
}

#[test]
fn other_tools_files_get_what_sops_asks_for() {
    let text = file("unencrypted_suffix: _clear", "")
        .replace("    version: 3.13.3\n", "")
        .replace("\"2027-01-02T03:04:05Z\"", "2027-01-02T03:04:05Z");
    let new = put(&text, "a", "v").expect("a lenient reader");
    assert!(new.contains("\n    version: 3.13.3\n"));
    assert!(new.contains("\n    lastmodified: \"2027-01-02T03:04:05Z\"\n"));
    assert_eq!(value(&new, "a").as_deref(), Some("v"));
}

#[test]
fn an_unchanged_value_keeps_its_ciphertext() {
    let text = put(&file("unencrypted_suffix: _clear", ""), "a", "v").expect("it fits");
    let same = Secret::new("v");
    let again = set(
        Path::new("x.yaml"),
        text.as_bytes(),
        &keyring(),
        &[("a", &same)],
        now(),
    );
    assert_eq!(again, Ok(None));
}

#[test]
fn a_file_like_another_has_its_recipients_and_rule() {
    let secret = Secret::new("v");
    let like = |rule: &str, path: &str| {
        let reference = open(&file(rule, "")).expect("it opens");
        let values = [(path, &secret)];
        let plan = Plan::like(&reference).covering(&values);
        make(Format::Yaml, &plan, &values, &Environment::default(), now())
    };
    let text = like("encrypted_regex: ^clients$", "clients.a").expect("the rule covers it");
    assert!(text.contains("encrypted_regex: \"^clients$\""));
    assert_eq!(value(&text, "clients.a").as_deref(), Some("v"));
    let text = like("encrypted_regex: ^token$", "clients.a").expect("by the default rule");
    assert!(text.contains("unencrypted_suffix: \"_unencrypted\""));
    assert_eq!(value(&text, "clients.a").as_deref(), Some("v"));
    let error = like("encrypted_regex: ^token$", "a_unencrypted.b").expect_err("no rule covers it");
    assert_eq!(error.class(), "would-be-clear");
    let path = fixture("real/age-and-pgp.enc.yaml");
    let mixed = fs::read(&path).expect("a fixture");
    let mixed = SopsFile::open(&path, &mixed, &keyring()).expect("it opens by age");
    // there is no gpg in an empty environment, and nobody is left out for that
    let plan = Plan::like(&mixed);
    let error = make(Format::Yaml, &plan, &[], &Environment::default(), now());
    assert_eq!(
        error.expect_err("pgp would be left out").class(),
        "not-wrapped"
    );
}
