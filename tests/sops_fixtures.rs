//! Opens every file of the SOPS fixtures and compares with what the real sops says.
//!
//! The fixtures were written by sops 3.13.3 (the manifest names the exceptions), so nothing of
//! ours had a hand in the expectations. More directories: `DCRSYNC_SOPS_FIXTURES`, by colons.
#![allow(clippy::unwrap_used, clippy::float_cmp)] // tests stop where an expectation breaks

use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use dcrsync::base::Secret;
use dcrsync::secrets::Environment;
use dcrsync::secrets::sops::{Keyring, Leaf, Plain, SopsError, SopsFile, Tree, set};
use serde_json::Value;

/// Clear and decrypted values of damaged files: no error may hold one.
const CANARIES: [&str; 2] = ["PLAINTEXT-CANARY", "00dcrsync-fixture-token_AbC"];

struct Row {
    file: String,
    keys: Vec<(String, String)>,
    expected: String,
}

#[test]
fn every_fixture_opens_or_fails_as_with_sops() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops")];
    if let Some(more) = std::env::var_os("DCRSYNC_SOPS_FIXTURES") {
        folders.extend(std::env::split_paths(&more));
    }
    let mut wrong = Vec::new();
    for folder in folders {
        let manifest = manifest(&folder);
        let root = manifest
            .ancestors()
            .find(|above| above.join("keys").is_dir())
            .unwrap_or_else(|| panic!("no `keys` beside or above {}", manifest.display()));
        let (mut checked, mut beyond) = (0, Vec::new());
        for row in rows(&manifest) {
            match check(root, &row) {
                Ok(true) => checked += 1,
                Ok(false) => beyond.push(row.file),
                Err(why) => wrong.push(format!("{}: {why}", row.file)),
            }
        }
        // straight to the stream: the harness would swallow what is only printed
        let mut stream = std::io::stderr();
        let manifest = manifest.display();
        writeln!(stream, "{manifest}: {checked} rows agree with sops").unwrap();
        let (count, names) = (beyond.len(), beyond.join(", "));
        writeln!(
            stream,
            "NOT SUPPORTED YET: {count} rows, each refused as such: {names}"
        )
        .unwrap();
        assert!(
            checked > 0 || !beyond.is_empty() || !wrong.is_empty(),
            "an empty manifest"
        );
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
    manifest(tempfile::tempdir().unwrap().path());
}

/// What we do not write, and the class that says so; everything else must come out as with sops.
const REFUSED: [(&str, &str); 2] = [
    ("append-to-list", "cannot-place"),
    ("clear-leaf", "would-be-clear"),
];

#[test]
fn an_edit_gives_the_tree_that_sops_gives_and_touches_nothing_else() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sops");
    let folder = root.join("real/set");
    // the edited files, for a run of the real sops over them
    let edited_into = std::env::var_os("DCRSYNC_SOPS_EDITED").map(PathBuf::from);
    let key = root.join("keys/test-age-a.txt");
    let environment: Environment = [("SOPS_AGE_KEY_FILE", key)].into_iter().collect();
    let keyring = Keyring::new(environment, Vec::new());
    let now = "2027-01-02T03:04:05Z".parse().unwrap();
    let limits = fs::read_to_string(folder.join("limits.tsv")).unwrap();
    let mut edits = 0;
    for line in limits.lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let &[name, removed, added] = cells.as_slice() else {
            panic!("limits.tsv: {line}")
        };
        let before = folder.join(format!("{name}.before.yaml"));
        let Some((path, value)) = arguments(&folder.join(format!("{name}.args")), name) else {
            continue;
        };
        let Ok(old) = fs::read_to_string(&before) else {
            continue;
        };
        if old.contains("\n    key_groups:") {
            continue;
        }
        let edited = set(&before, old.as_bytes(), &keyring, &[(&path, &value)], now);
        if let Some((_, class)) = REFUSED.iter().find(|(refused, _)| *refused == name) {
            assert_eq!(edited.unwrap_err().class(), *class, "{name}");
            edits += 1;
            continue;
        }
        let new = edited.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(new.is_none(), name == "same-value", "{name}");
        let new = new.unwrap_or_else(|| old.clone());
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
        if let Some(folder) = &edited_into {
            fs::write(folder.join(format!("{name}.yaml")), new).unwrap();
        }
        edits += 1;
    }
    assert_eq!(edits, 18, "the fixtures hold another number of edits");
}

/// Path and value of a fixture that puts a text somewhere; sops writes the path in brackets.
fn arguments(file: &Path, name: &str) -> Option<(String, Secret)> {
    let line = fs::read_to_string(file).unwrap();
    let mut cells = line.trim_end_matches('\n').split('\t');
    if cells.next() != Some("set") {
        return None;
    }
    let path = cells.next()?;
    let inner = path.trim_start_matches('[').trim_end_matches(']');
    let mut path = inner.replace("][", ".").replace('"', "");
    if name == "list-with-comments" {
        // sops counts comment items, we do not
        "l.0".clone_into(&mut path);
    }
    let value: Value = serde_json::from_str(cells.next()?).unwrap();
    let value = value.as_str().filter(|text| !text.is_empty())?;
    Some((path, Secret::new(value)))
}

fn manifest(folder: &Path) -> PathBuf {
    ["manifest.tsv", "real/manifest.tsv"]
        .iter()
        .map(|name| folder.join(name))
        .find(|file| file.is_file())
        .unwrap_or_else(|| panic!("no manifest.tsv in {}", folder.display()))
}

fn rows(manifest: &Path) -> Vec<Row> {
    let text = fs::read_to_string(manifest).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some("file\tkey_env\texpected\tfeature\tnote"));
    lines
        .map(|line| {
            let mut cells = line.split('\t').map(str::to_owned);
            let file = cells.next().unwrap();
            let keys = cells.next().unwrap();
            Row {
                file,
                keys: keys
                    .split_whitespace()
                    .map(|pair| pair.split_once('=').unwrap())
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
                expected: cells.next().unwrap(),
            }
        })
        .collect()
}

/// `false` when the row asks for what is not built yet, and was refused as such.
fn check(root: &Path, row: &Row) -> Result<bool, String> {
    let file = root.join(&row.file);
    let bytes = fs::read(&file).map_err(|error| error.to_string())?;
    // an empty home: nothing of the machine may open a fixture
    let home = tempfile::tempdir().unwrap();
    let environment: Environment = row
        .keys
        .iter()
        .map(|(name, value)| (name.clone(), OsString::from(absolute(root, value))))
        .chain([("HOME".to_owned(), home.path().into())])
        .collect();
    let opened = SopsFile::open(&file, &bytes, &Keyring::new(environment, Vec::new()));
    if let Err(error) = &opened {
        let told = format!("{error} {error:?}");
        if let Some(canary) = CANARIES.iter().find(|canary| told.contains(**canary)) {
            return Err(format!("the error tells `{canary}`"));
        }
    }
    let class = opened.as_ref().err().map(SopsError::class);
    if beyond(root, row, &bytes) {
        return match class {
            Some("unsupported" | "no-key") => Ok(false),
            other => Err(format!("is not supported yet, but gives {other:?}")),
        };
    }
    let mut expected = row.expected.as_str();
    // sops 3.13 refuses both, other tools write them: read, never written
    if ["lastmodified-unquoted", "no-version"]
        .iter()
        .any(|name| row.file.contains(name))
        && root.join("real/secrets.plain.json").exists()
    {
        expected = "real/secrets.plain.json";
    }
    match (opened, expected) {
        (Err(error), expected) => match expected.strip_prefix("error:") {
            Some(wanted) if wanted.split(':').next() == class => Ok(true),
            _ => Err(format!("expected {expected}, got {error:?}")),
        },
        (Ok(_), expected) if expected.starts_with("error:") => {
            Err(format!("expected {expected}, but it opens"))
        }
        (Ok(_), "-") => Ok(true),
        (Ok(opened), expected) => {
            let wanted: Value = serde_json::from_slice(&fs::read(root.join(expected)).unwrap())
                .map_err(|error| error.to_string())?;
            let documents = if expected.ends_with(".docs.json") {
                wanted.as_array().unwrap().clone()
            } else {
                vec![wanted]
            };
            if documents.len() != opened.documents().len() {
                return Err("another number of documents".to_owned());
            }
            opened
                .documents()
                .iter()
                .zip(&documents)
                .try_for_each(|(tree, wanted)| compare(tree, wanted, "$"))
                .map(|()| true)
        }
    }
}

/// Paths of the manifest start at its root; whatever is no path stays.
fn absolute(root: &Path, value: &str) -> String {
    let file = root.join(value);
    if file.exists() {
        file.display().to_string()
    } else {
        value.to_owned()
    }
}

fn beyond(root: &Path, row: &Row, bytes: &[u8]) -> bool {
    let age = |name: &str| name.starts_with("SOPS_AGE");
    let format = Path::new(&row.file).extension().is_none_or(|e| e != "yaml");
    let service = !row.keys.is_empty() && !row.keys.iter().any(|(name, _)| age(name));
    let identity = row
        .keys
        .iter()
        .filter(|(name, _)| age(name))
        .any(|(_, value)| {
            // the variable holds a file's name, or the identity itself
            let text = fs::read_to_string(root.join(value)).unwrap_or_else(|_| value.clone());
            text.contains("AGE-SECRET-KEY-PQ-") || text.contains("AGE-PLUGIN-")
        });
    let groups = String::from_utf8_lossy(bytes)
        .lines()
        .any(|line| line.trim_start().starts_with("key_groups:"));
    format || service || identity || groups
}

fn compare(tree: &Tree, wanted: &Value, at: &str) -> Result<(), String> {
    let same = match (tree, wanted) {
        (Tree::Map(entries), Value::Object(wanted)) => {
            let names: Vec<&String> = entries.iter().map(|(name, _)| name).collect();
            if names != wanted.keys().collect::<Vec<_>>() {
                return Err(format!("{at}: other keys or another order"));
            }
            return entries.iter().try_for_each(|(name, tree)| {
                compare(tree, &wanted[name], &format!("{at}.{name}"))
            });
        }
        (Tree::List(items), Value::Array(wanted)) => {
            if items.len() != wanted.len() {
                return Err(format!("{at}: another length"));
            }
            return items
                .iter()
                .zip(wanted)
                .enumerate()
                .try_for_each(|(n, (tree, wanted))| compare(tree, wanted, &format!("{at}.{n}")));
        }
        (Tree::Leaf(Leaf { value, .. }), wanted) => match (value, wanted) {
            (Plain::Null, Value::Null) => true,
            (Plain::Bool(value), Value::Bool(wanted)) => value == wanted,
            (Plain::Int(value), wanted) => wanted.as_i64() == Some(*value),
            (Plain::Float(value), wanted) => wanted.as_f64() == Some(*value),
            (Plain::Text(value), Value::String(wanted)) => value.expose() == wanted,
            (Plain::Time(value), Value::String(wanted)) => value == wanted,
            _ => false,
        },
        _ => false,
    };
    same.then_some(())
        .ok_or_else(|| format!("{at}: another value or type"))
}
