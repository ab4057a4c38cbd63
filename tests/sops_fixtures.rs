//! Opens every file of the SOPS fixtures and compares with what the real sops says.
//!
//! The fixtures were written by sops 3.13.3 (the manifest names the exceptions), so nothing of
//! ours had a hand in the expectations. More directories: `DCRSYNC_SOPS_FIXTURES`, by colons.
#![allow(clippy::unwrap_used, clippy::float_cmp)] // tests stop where an expectation breaks

#[path = "sops/compare.rs"]
mod compare;
#[path = "sops/manifest.rs"]
mod manifest;
#[path = "sops/tools.rs"]
mod tools;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use compare::compare;
use dcrsync::base::Secret;
use dcrsync::secrets::sops::{
    Change, Content, Edit, Keyring, Leaf, Plain, SopsError, SopsFile, Tree, apply,
};
use manifest::{Manifest, Row};
use serde_json::Value;

/// Clear and decrypted values of damaged files: no error may hold one.
const CANARIES: [&str; 2] = ["PLAINTEXT-CANARY", "00dcrsync-fixture-token_AbC"];

#[test]
fn every_fixture_opens_or_fails_as_with_sops() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops")];
    if let Some(more) = std::env::var_os("DCRSYNC_SOPS_FIXTURES") {
        folders.extend(std::env::split_paths(&more));
    }
    let mut wrong = Vec::new();
    for folder in folders {
        let mut manifest = Manifest::of(&folder);
        let (mut checked, mut skipped) = (0, 0);
        for row in manifest.rows() {
            match check(&mut manifest, &row) {
                Ok(None) => checked += 1,
                Ok(Some(missing)) => {
                    skipped += 1;
                    tools::skipped(&row.file, &format!("{missing} is not installed"));
                }
                Err(why) => wrong.push(format!("{}: {why}", row.file)),
            }
        }
        // straight to the stream: the harness would swallow what is only printed
        let mut stream = std::io::stderr();
        let manifest = manifest.file.display();
        writeln!(
            stream,
            "{manifest}: {checked} rows agree with sops, {skipped} skipped"
        )
        .unwrap();
        assert!(checked > 0 || !wrong.is_empty(), "an empty manifest");
    }
    assert!(
        wrong.is_empty(),
        "{} rows differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

#[test]
#[should_panic(expected = "no manifest.tsv")]
fn a_directory_without_a_manifest_fails() {
    Manifest::of(tempfile::tempdir().unwrap().path());
}

#[test]
fn an_edit_gives_the_tree_that_sops_gives_and_touches_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops");
    let folder = root.join("real/set");
    // the edited files, for a run of the real sops over them
    let edited_into = std::env::var_os("DCRSYNC_SOPS_EDITED").map(PathBuf::from);
    let home = tempfile::tempdir().unwrap();
    let mut manifest = Manifest::of(&root);
    let rows = manifest.rows();
    let now = "2027-01-02T03:04:05Z".parse().unwrap();
    let limits = fs::read_to_string(folder.join("limits.tsv")).unwrap();
    let mut edits = 0;
    for line in limits.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[name, removed, added] = cells.as_slice() else {
            panic!("limits.tsv: {line}")
        };
        let row = rows
            .iter()
            .find(|row| row.file.contains(&format!("/{name}.before.")))
            .unwrap();
        let before = root.join(&row.file);
        let keyring = Keyring::new(manifest.environment(row, home.path()).unwrap(), Vec::new());
        let old = fs::read_to_string(&before).unwrap();
        let edit = arguments(&folder.join(format!("{name}.args")), name);
        let new = apply(&before, old.as_bytes(), &keyring, &[edit], now)
            .unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(new.is_none(), name == "same-value", "{name}");
        let new = new.unwrap_or_else(|| old.clone());
        if let Some(folder) = &edited_into {
            let extension = before.extension().unwrap().to_str().unwrap();
            fs::write(folder.join(format!("{name}.{extension}")), &new).unwrap();
        }
        let lines = similar::TextDiff::from_lines(&old, &new);
        let count = |tag| lines.iter_all_changes().filter(|c| c.tag() == tag).count();
        let limit = |cell: &str| cell.parse::<usize>().unwrap();
        assert!(
            count(similar::ChangeTag::Delete) <= limit(removed),
            "{name}: lines removed"
        );
        assert!(
            count(similar::ChangeTag::Insert) <= limit(added),
            "{name}: lines added"
        );
        let opened = SopsFile::open(&before, new.as_bytes(), &keyring).unwrap();
        let (wanted, documents) = ["plain", "docs"]
            .iter()
            .find_map(|kind| {
                fs::read(folder.join(format!("{name}.{kind}.json")))
                    .ok()
                    .map(|t| (t, *kind == "docs"))
            })
            .unwrap();
        let wanted: Value = serde_json::from_slice(&wanted).unwrap();
        let wanted = if documents { wanted[0].clone() } else { wanted };
        compare(&opened.documents()[0], &wanted, name).unwrap();
        edits += 1;
    }
    assert_eq!(edits, 27, "the fixtures hold another number of edits");
}

/// The edit of a fixture; sops writes the path in brackets.
fn arguments(file: &Path, name: &str) -> Edit {
    let line = fs::read_to_string(file).unwrap();
    let mut cells = line.trim_end_matches('\n').split('\t');
    let command = cells.next().unwrap();
    let path = cells.next().unwrap();
    let inner = path.trim_start_matches('[').trim_end_matches(']');
    let mut path: Vec<String> = inner
        .split("][")
        .map(|step| step.trim_matches('"').to_owned())
        .collect();
    if name == "list-with-comments" {
        // sops counts comment items, we do not
        path = vec!["l".to_owned(), "0".to_owned()];
    }
    let change = match command {
        "unset" => Change::Remove,
        _ => Change::Set(content(
            &serde_json::from_str(cells.next().unwrap()).unwrap(),
        )),
    };
    Edit { path, change }
}

fn content(value: &Value) -> Content {
    match value {
        Value::Null => Content::Value(Plain::Null),
        Value::Bool(value) => Content::Value(Plain::Bool(*value)),
        Value::Number(number) => Content::Value(match number.as_i64() {
            Some(number) => Plain::Int(number),
            None => Plain::Float(number.as_f64().unwrap()),
        }),
        Value::String(text) => Content::Value(Plain::Text(Secret::new(text))),
        Value::Array(items) => Content::List(items.iter().map(content).collect()),
        Value::Object(entries) => {
            let entries = entries.iter();
            Content::Map(
                entries
                    .map(|(key, value)| (key.clone(), content(value)))
                    .collect(),
            )
        }
    }
}

/// The program that is missing when the row cannot be checked.
fn check(manifest: &mut Manifest, row: &Row) -> Result<Option<&'static str>, String> {
    let file = manifest.root.join(&row.file);
    let bytes = fs::read(&file).map_err(|error| error.to_string())?;
    let home = tempfile::tempdir().unwrap();
    let environment = match manifest.environment(row, home.path()) {
        Ok(environment) => environment,
        Err(missing) => return Ok(Some(missing)),
    };
    let opened = SopsFile::open(&file, &bytes, &Keyring::new(environment, Vec::new()));
    if let Err(error) = &opened {
        let told = format!("{error} {error:?}");
        if let Some(canary) = CANARIES.iter().find(|canary| told.contains(**canary)) {
            return Err(format!("the error tells `{canary}`"));
        }
    }
    let class = opened.as_ref().err().map(SopsError::class);
    let mut expected = row.expected.as_str();
    // sops 3.13 refuses both, other tools write them: read, never written
    if ["lastmodified-unquoted", "no-version"]
        .iter()
        .any(|name| row.file.contains(name))
        && manifest.root.join("real/secrets.plain.json").exists()
    {
        expected = "real/secrets.plain.json";
    }
    match (opened, expected) {
        (Err(error), expected) => match expected.strip_prefix("error:") {
            Some(wanted) if wanted.split(':').next() == class => Ok(None),
            _ => Err(format!("expected {expected}, got {error:?}")),
        },
        (Ok(_), expected) if expected.starts_with("error:") => {
            Err(format!("expected {expected}, but it opens"))
        }
        (Ok(_), "-") => Ok(None),
        (Ok(opened), expected) => {
            let wanted = fs::read(manifest.root.join(expected)).unwrap();
            agrees(&opened, &wanted, expected).map(|()| None)
        }
    }
}

fn agrees(opened: &SopsFile, wanted: &[u8], expected: &str) -> Result<(), String> {
    let wanted: Value = match serde_json::from_slice(wanted) {
        Ok(wanted) if Path::new(expected).extension().is_some_and(|e| e == "json") => wanted,
        _ => return same_bytes(opened, wanted),
    };
    let documents = if expected.ends_with(".docs.json") {
        wanted.as_array().unwrap().clone()
    } else {
        vec![wanted]
    };
    if documents.len() != opened.documents().len() {
        return Err("another number of documents".to_owned());
    }
    let mut both = opened.documents().iter().zip(&documents);
    both.try_for_each(|(tree, wanted)| compare(tree, wanted, "$"))
}

/// A binary file is one value, `data`.
fn same_bytes(opened: &SopsFile, wanted: &[u8]) -> Result<(), String> {
    let [Tree::Map(entries)] = opened.documents() else {
        return Err("several documents".to_owned());
    };
    let [(key, Tree::Leaf(Leaf { value, .. }))] = entries.as_slice() else {
        return Err("several values".to_owned());
    };
    let same = match value {
        Plain::Bytes(bytes) => bytes.as_slice() == wanted,
        Plain::Text(text) => text.expose().as_bytes() == wanted,
        Plain::Null | Plain::Bool(_) | Plain::Int(_) | Plain::Float(_) | Plain::Time(_) => false,
    };
    (key == "data" && same)
        .then_some(())
        .ok_or_else(|| "other bytes".to_owned())
}
