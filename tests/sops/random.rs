//! Round trips: random trees, encrypted by the real sops, edited by us, decrypted by the real sops.

use std::fs;
use std::path::Path;
use std::process::Command;

use dcrsync::base::Secret;
use dcrsync::secrets::sops::{Change, Content, Edit, Keyring, Plain, SopsFile, apply};
use fastrand::Rng;
use serde_json::{Map, Value, json};

use crate::compare::compare;
use crate::{decrypted, tools, variables};

/// How many files; `DCRSYNC_SOPS_ROUNDS` changes it.
const ROUNDS: usize = 200;
const RECIPIENTS: [&str; 2] = [
    "age1j63q759288eztalq4wq65en7l7zd7tduj4r75xrsdzlla8d38puss0t3zj",
    "age1c6m4k0n940vzteeq2629qr3u7qx70pseyj45u2tthp2djr2rm9hsy7835u",
];
const KEYS: [&str; 12] = [
    "a",
    "token",
    "client_secret",
    "b c",
    "co:lon",
    "grüße",
    "n",
    "yes",
    "on_unencrypted",
    "x-y",
    "7",
    "#h",
];
const TEXTS: [&str; 14] = [
    "",
    "plain",
    "two\nlines\n",
    "ends\n",
    "  lead",
    "true",
    "null",
    "012",
    "a: b # c",
    "üñ東",
    "\"q\"",
    "tab\there",
    "- x",
    "2024-01-02",
];
const RULES: [&str; 7] = [
    "",
    "encrypted_regex: ^(a|token)$",
    "unencrypted_regex: ^n$",
    "encrypted_suffix: _secret",
    "unencrypted_suffix: c",
    "mac_only_encrypted: true",
    "unencrypted_comment_regex: open",
];

#[test]
fn random_files_survive_our_edits() {
    let Some(sops) = tools::sops() else {
        tools::skipped("200 round trips", "sops is not installed");
        return;
    };
    let rounds = std::env::var("DCRSYNC_SOPS_ROUNDS").ok();
    let rounds = rounds.map_or(ROUNDS, |rounds| rounds.parse().unwrap());
    let home = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    for round in 0..rounds {
        let seed = 0x5095_u64.wrapping_add(round as u64);
        let mut trip = Trip {
            rng: Rng::with_seed(seed),
            sops: &sops,
            home: home.path(),
            folder: folder.path(),
        };
        trip.run(["yaml", "json", "env", "ini"][round % 4], seed);
    }
}

struct Trip<'t> {
    rng: Rng,
    sops: &'t Path,
    home: &'t Path,
    folder: &'t Path,
}

impl Trip<'_> {
    fn run(&mut self, format: &str, seed: u64) {
        let nested = matches!(format, "yaml" | "json");
        let mut tree = match format {
            "env" => self.flat(),
            "ini" => {
                let sections = ["one", "two two", "three"];
                let sections = sections.map(|name| (name.to_owned(), self.flat()));
                Value::Object(sections.into_iter().collect())
            }
            _ => self.map(0),
        };
        let file = self.folder.join(format!("x.{format}"));
        let old = self.encrypt(&tree, format, nested, &file);
        if format == "ini" {
            let sections = tree.as_object().unwrap().clone();
            let default = Map::from_iter([("DEFAULT".to_owned(), json!({}))]);
            tree = Value::Object(default.into_iter().chain(sections).collect());
        }
        let variables = variables(self.sops, self.home);
        let keyring = Keyring::new(variables.iter().cloned().collect(), Vec::new());
        let opened = SopsFile::open(&file, old.as_bytes(), &keyring);
        let opened = opened.unwrap_or_else(|error| panic!("seed {seed}: {error}\n{old}"));
        compare(&opened.documents()[0], &tree, "$")
            .unwrap_or_else(|why| panic!("seed {seed}: {why}\n{old}"));

        let (path, one_line) = self.edit(&mut tree, nested);
        let value = pointer(&tree, &path).clone();
        let edits = [Edit {
            path: path.clone(),
            change: Change::Set(content(&value)),
        }];
        let now = "2027-01-02T03:04:05Z".parse().unwrap();
        let new = apply(&file, old.as_bytes(), &keyring, &edits, now)
            .unwrap_or_else(|error| panic!("seed {seed} {path:?}: {error}\n{old}"));
        let Some(new) = new else { return };
        fs::write(&file, &new).unwrap();
        assert_eq!(
            decrypted(self.sops, &file, &variables),
            tree,
            "seed {seed} {path:?}\n{old}\n{new}"
        );
        if one_line {
            let diff = similar::TextDiff::from_lines(&old, &new);
            let count = |tag| diff.iter_all_changes().filter(|c| c.tag() == tag).count();
            let gone = count(similar::ChangeTag::Delete);
            assert!(gone <= 3, "seed {seed}: {gone} lines gone\n{old}\n{new}");
        }
    }

    /// Encrypts with the real program under a random rule, for one recipient or for two groups.
    fn encrypt(&mut self, tree: &Value, format: &str, nested: bool, file: &Path) -> String {
        let rule = if nested {
            self.rng.choice(RULES).unwrap()
        } else {
            ""
        };
        let keys = if self.rng.bool() {
            format!("age: {}", RECIPIENTS[0])
        } else {
            let groups = RECIPIENTS.map(|recipient| format!("{{ age: [{recipient}] }}"));
            format!("key_groups: [{}]", groups.join(", "))
        };
        let config = self.folder.join("config.yaml");
        let mut lines = vec![keys];
        lines.extend((!rule.is_empty()).then(|| rule.to_owned()));
        fs::write(
            &config,
            format!("creation_rules:\n  - {}\n", lines.join("\n    ")),
        )
        .unwrap();
        let plain = self.folder.join("plain.json");
        fs::write(&plain, tree.to_string()).unwrap();
        let kind = if format == "env" { "dotenv" } else { format };
        let run = Command::new(self.sops)
            .args(["encrypt", "--input-type", "json", "--output-type", kind])
            .arg(&plain)
            .env_clear()
            .env("HOME", self.home)
            .env("SOPS_CONFIG", &config)
            .output()
            .unwrap();
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(run.status.success(), "sops does not encrypt {tree}: {told}");
        fs::write(file, &run.stdout).unwrap();
        String::from_utf8(run.stdout).unwrap()
    }

    fn text(&mut self) -> Value {
        if self.rng.u8(..4) == 0 {
            let length = self.rng.usize(1..80);
            let text: String = (0..length)
                .map(|_| self.rng.char(' '..'\u{2fff}'))
                .collect();
            return Value::from(text);
        }
        Value::from(self.rng.choice(TEXTS).unwrap())
    }

    fn flat(&mut self) -> Value {
        let count = self.rng.usize(1..5);
        let entries = (0..count).map(|at| (format!("KEY_{at}"), self.text()));
        Value::Object(entries.collect::<Vec<_>>().into_iter().collect())
    }

    fn map(&mut self, depth: usize) -> Value {
        let mut map = Map::new();
        for _ in 0..self.rng.usize(usize::from(depth == 0)..5) {
            let key = self.rng.choice(KEYS).unwrap().to_owned();
            let value = self.value(depth + 1);
            map.insert(key, value);
        }
        Value::Object(map)
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.rng.u8(..if depth > 3 { 7 } else { 11 }) {
            0 => Value::Null,
            1 => Value::Bool(self.rng.bool()),
            2 => Value::from(self.rng.i64(..)),
            3 => Value::from(self.rng.i32(..))
                .as_f64()
                .map(|n| json!(n + 0.5))
                .unwrap(),
            4..=6 => self.text(),
            7 | 8 => self.map(depth),
            _ => {
                let count = self.rng.usize(..4);
                Value::Array((0..count).map(|_| self.value(depth + 1)).collect())
            }
        }
    }

    /// Changes the expected tree; tells where, and whether that is a line of its own in the file.
    fn edit(&mut self, tree: &mut Value, nested: bool) -> (Vec<String>, bool) {
        let mut path = Vec::new();
        let mut at = tree;
        loop {
            match at {
                Value::Object(map) => {
                    let known: Vec<String> = map.keys().cloned().collect();
                    // what is empty, or the third time, gets another key
                    let leaf = map.values().any(|value| !value.is_object());
                    let add = known.is_empty() || (self.rng.u8(..3) == 0 && (nested || leaf));
                    let key = if add {
                        "NEW".to_owned()
                    } else {
                        self.rng.choice(known).unwrap()
                    };
                    path.push(key.clone());
                    if add {
                        map.insert(key, self.text());
                        return (path, false);
                    }
                    at = map.get_mut(&key).unwrap();
                }
                Value::Array(items) => {
                    let place = self.rng.usize(..=items.len());
                    path.push(place.to_string());
                    if place == items.len() {
                        items.push(self.text());
                        return (path, false);
                    }
                    at = &mut items[place];
                }
                leaf @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => {
                    let one_line = !leaf.as_str().is_some_and(|text| text.contains('\n'));
                    *leaf = if nested && self.rng.bool() {
                        json!(self.rng.i32(..))
                    } else {
                        self.text()
                    };
                    return (path, one_line);
                }
            }
        }
    }
}

fn pointer<'v>(tree: &'v Value, path: &[String]) -> &'v Value {
    path.iter().fold(tree, |value, step| {
        if value.is_array() {
            &value[step.parse::<usize>().unwrap()]
        } else {
            &value[step]
        }
    })
}

fn content(value: &Value) -> Content {
    Content::Value(match value.as_str() {
        Some(text) => Plain::Text(Secret::new(text)),
        None => Plain::Int(value.as_i64().unwrap()),
    })
}
