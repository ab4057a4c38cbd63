//! What an operator gets wrong. Each gives a clear error, and nothing is written: not at the vendors,
//! not on the disk.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may

mod common;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

use common::{DOCUMENT, Run, Test, files};
use insta::assert_snapshot;

/// Runs an apply that must be refused without a trace; gives its transcript.
#[track_caller]
fn refused(test: Test, args: &[&str], code: i32) -> String {
    let (transcript, run) = traceless(test, args);
    let _ = run.code(code);
    transcript
}

#[track_caller]
fn traceless(mut test: Test, args: &[&str]) -> (String, Run) {
    let before = files(test.root());
    let args: Vec<&str> = ["apply", "--auto-approve"]
        .iter()
        .chain(args)
        .copied()
        .collect();
    let run = test.run(&args);
    assert_eq!(test.vendors().writes(), [""; 0], "written to a vendor");
    assert_eq!(files(test.root()), before, "written to the disk");
    (test.transcript().to_owned(), run)
}

/// The shop with one text of its document replaced.
#[track_caller]
fn with(old: &str, new: &str) -> Test {
    let test = Test::shop();
    test.edit(old, new);
    test
}

#[test]
fn no_file() {
    let test = Test::shop();
    std::fs::remove_file(test.path("dcrsync.yaml")).unwrap();
    assert_snapshot!(refused(test, &[], 1));
    assert_snapshot!(
        "no_file_given",
        refused(Test::shop(), &["-f", "shop.yaml"], 1)
    );
}

#[test]
fn empty_file() {
    assert_snapshot!(refused(Test::shop().config(""), &[], 1));
    let comments = Test::shop().config("# nothing but a comment\n");
    assert_snapshot!("comments_only", refused(comments, &[], 1));
}

#[test]
fn not_utf8() {
    let test = Test::shop();
    std::fs::write(test.path("dcrsync.yaml"), b"version: 1\nname: caf\xe9\n").unwrap();
    assert_snapshot!(refused(test, &[], 1));
}

#[test]
fn tabs() {
    assert_snapshot!(refused(with("      scopes:\n", "\tscopes:\n"), &[], 1));
}

#[test]
fn duplicate_key() {
    assert_snapshot!(refused(
        with(
            "        orders.write: {",
            "        orders.read: { description: Twice }\n        orders.write: {"
        ),
        &[],
        1
    ));
}

#[test]
fn unknown_field() {
    assert_snapshot!(refused(
        with(
            "{ description: Read orders }",
            "{ desciption: Read orders }"
        ),
        &[],
        1
    ));
}

#[test]
fn unknown_reference() {
    assert_snapshot!(refused(
        with("      dcr_provider: okta\n", "      dcr_provider: otka\n"),
        &[],
        1
    ));
}

#[test]
fn variable_cycle() {
    assert_snapshot!(refused(
        with(
            "name: shop\n",
            "name: shop\nvars:\n  a: { default: '${var.b}' }\n  b: { default: '${var.a}' }\n"
        ),
        &[],
        1
    ));
}

#[test]
fn two_entries_claim_one_object() {
    assert_snapshot!(refused(
        with(
            "        orders.write: {",
            "        read: { name: orders.read }\n        orders.write: {"
        ),
        &[],
        1
    ));
}

#[test]
fn the_same_entry_in_two_files() {
    let test = Test::shop();
    test.write(
        "more.yaml",
        "okta:\n  authorization_servers:\n    default:\n      scopes:\n        orders.read: { description: Again }\n",
    );
    assert_snapshot!(refused(test, &["-f", "dcrsync.yaml", "-f", "more.yaml"], 1));
}

#[test]
fn wrong_age_key() {
    let test = Test::shop();
    let (other, _) = dcrsync::secrets::sops::generate_identity();
    let keys = test.root().join("home/.config/sops/age/keys.txt");
    std::fs::write(keys, format!("{}\n", other.expose())).unwrap();
    assert_snapshot!(unnamed_key(&refused(test, &[], 1)));
}

#[test]
fn no_age_key() {
    let test = Test::shop();
    std::fs::remove_dir_all(test.root().join("home")).unwrap();
    assert_snapshot!(unnamed_key(&refused(test, &[], 1)));
}

fn unnamed_key(text: &str) -> String {
    let recipient = regex::Regex::new("age1[a-z0-9]{58}").unwrap();
    recipient.replace_all(text, "age1<key>").into_owned()
}

#[test]
fn damaged_mac() {
    let test = Test::shop();
    let sealed = test.read("secrets.sops.yaml");
    let sealed = sealed.replace(
        "unencrypted_suffix: \"_unencrypted\"",
        "unencrypted_suffix: \"_plain\"",
    );
    let clear = sealed.replacen("okta:\n", "okta:\n    note_plain: added by hand\n", 1);
    assert_ne!(clear, sealed);
    std::fs::write(test.path("secrets.sops.yaml"), clear).unwrap();
    assert_snapshot!(refused(test, &[], 1));
}

#[test]
fn no_such_path_in_the_sops_file() {
    assert_snapshot!(refused(
        with("{ sops: okta.dcr_token }", "{ sops: okta.dcr_tokne }"),
        &[],
        1
    ));
}

#[test]
fn no_sops_file() {
    let test = Test::shop();
    std::fs::remove_file(test.path("secrets.sops.yaml")).unwrap();
    assert_snapshot!(refused(test, &[], 1));
}

#[test]
fn a_variable_of_a_secret_is_not_set() {
    assert_snapshot!(refused(
        with("{ sops: okta.dcr_token }", "{ env: DCR_TOKEN }"),
        &[],
        1
    ));
}

#[test]
fn ten_megabytes() {
    let mut text = DOCUMENT.to_owned();
    text.extend(std::iter::repeat_n("# filler\n", 10 * 1024 * 1024 / 9 + 1));
    assert_snapshot!(refused(Test::shop().config(&text), &[], 1));
}

#[test]
fn an_alias_bomb() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..12 {
        let below = vec![format!("*a{}", level - 1); 9].join(", ");
        writeln!(text, "a{level}: &a{level} [{below}]").expect("a text takes all");
    }
    let since = std::time::Instant::now();
    assert_snapshot!(refused(Test::shop().config(&text), &[], 1));
    assert!(since.elapsed().as_secs() < 5, "it did not explode");
}

#[test]
fn a_folder_without_documents() {
    let test = Test::shop();
    test.write("notes/secrets.sops.yaml", "a: b\n");
    test.write("notes/readme.md", "nothing\n");
    assert_snapshot!(refused(test, &["-f", "notes"], 1));
}

#[test]
fn an_unreadable_file() {
    let test = Test::shop();
    let path = test.path("dcrsync.yaml");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    // whoever is root reads everything
    if std::fs::read(&path).is_err() {
        let told = refused(test, &[], 1);
        assert!(told.contains("error: cannot read `dcrsync.yaml`"), "{told}");
        assert!(told.contains("Permission denied"), "{told}");
    }
}

#[test]
fn a_link_that_leads_nowhere() {
    let test = Test::shop();
    std::os::unix::fs::symlink("loop.yaml", test.path("loop.yaml")).unwrap();
    assert_snapshot!(refused(test, &["-f", "loop.yaml"], 1));
}

#[test]
fn a_device() {
    assert_snapshot!(refused(Test::shop(), &["-f", "/dev/zero"], 1));
}

/// The same file by two names is read once, and is no mistake.
#[test]
fn the_same_file_twice() {
    let test = Test::shop();
    let _ = test
        .quietly(&["validate", "-f", "dcrsync.yaml", "-f", "./dcrsync.yaml"])
        .code(0);
    let _ = test
        .quietly(&["validate", "-f", "dcrsync.yaml", "-f", "."])
        .code(0);
}

/// Where nothing can be kept, nothing is begun.
#[test]
fn credentials_that_cannot_be_kept() {
    let test = Test::shop();
    test.edit(
        "in: .dcrsync/clients.sops.yaml",
        "in: secrets.sops.yaml/clients.sops.yaml",
    );
    assert_snapshot!(refused(test, &[], 1));
}

#[test]
fn credentials_at_a_taken_path() {
    let test = Test::shop();
    test.edit(
        "{ sops: clients.mobile, in: .dcrsync/clients.sops.yaml }",
        "{ sops: okta, in: secrets.sops.yaml }",
    );
    assert_snapshot!(refused(test, &[], 1));
}

#[test]
fn a_target_that_is_none() {
    assert_snapshot!(refused(
        Test::shop(),
        &["--target", "okta.scope.default/orders.raed"],
        1
    ));
    assert_snapshot!(
        "a_kind_that_is_none",
        refused(Test::shop(), &["--target", "okta.scop.default/x"], 1)
    );
}
