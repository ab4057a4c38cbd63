//! Documents that are right say nothing; documents with a mistake say it well.
//!
//! `configs/valid` and `configs/invalid` hold one document per file or folder. An invalid one has a
//! single mistake, is named for it, and starts with what is expected of it:
//!
//! ```yaml
//! # code: unknown-ref          the code of its findings
//! # schema: cannot see it      only where the JSON Schema accepts it
//! ```
//!
//! What is printed about it is its snapshot. Renew them with `INSTA_UPDATE=always INSTA_FORCE_PASS=1
//! cargo test --test documents`, and read the difference as an operator would.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use dcrsync::cli::diagnostics::{Style, text};
use dcrsync::config::{Input, Vars};
use dcrsync::engine::{Loaded, load};
use serde_json::Value as Json;

/// Found only while the vendors are asked, or not at all; each with the reason.
const NOT_HERE: [(&str, &str); 4] = [
    (
        "ambiguous-value",
        "no value of today's schema fits two forms; a schema of tests has one",
    ),
    ("client-unknown", "Okta must have been asked"),
    ("issuer-unknown", "the org's servers must have been listed"),
    ("not-found", "the vendors must have been asked"),
];

#[test]
fn what_is_right_is_accepted() {
    let documents = documents("valid");
    assert!(documents.len() >= 12);
    for document in documents.iter().chain(&examples()) {
        let loaded = document.load();
        assert!(loaded.report.is_empty(), "{}", Document::shown(&loaded));
        assert!(loaded.checked.is_some(), "{}", document.name);
    }
}

#[test]
fn what_is_wrong_is_said() {
    let documents = documents("invalid");
    assert!(documents.len() >= 45);
    let failed: Vec<_> = documents
        .iter()
        .filter(|document| catch_unwind(AssertUnwindSafe(|| document.compare())).is_err())
        .map(|document| document.name.as_str())
        .collect();
    assert_eq!(failed, [""; 0]);
}

/// What the vendors' tutorial posts, written as a document: all that is wrong with it comes at once.
#[test]
fn the_tutorial_is_refused_for_each_of_its_mistakes() {
    let document = Document::read(&root().join("configs/tutorial.yaml"));
    let loaded = document.load();
    document.snapshot(&loaded);
    let mut codes: Vec<_> = loaded.report.iter().map(|found| found.code).collect();
    codes.sort_unstable();
    let expected = [
        "claim-not-in-server",
        "issuer-form",
        "issuer-mismatch",
        "literal-secret",
        "obsolete-value",
        "openid-with-client-credentials",
        "scope-not-in-server",
    ];
    assert_eq!(codes, expected);
}

#[test]
fn each_snapshot_belongs_to_a_document() {
    let documents = documents("invalid");
    let mut known: BTreeSet<_> = documents.iter().map(|it| it.name.as_str()).collect();
    known.insert("tutorial");
    for path in entries(&root().join("snapshots")) {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        // those of the other tests are named after them
        if name.contains("__") {
            continue;
        }
        assert!(known.contains(&*name), "{name} is left over");
    }
}

#[test]
fn the_schema_sees_the_same_mistakes() {
    let other = Other::new();
    for document in documents("valid").iter().chain(&examples()) {
        for value in document.values() {
            let value = value.expect("a valid document is YAML");
            other.validate(&value).unwrap_or_else(|error| {
                panic!("{} is valid, but not to its schema: {error}", document.name)
            });
        }
    }
    let mut wrong = Vec::new();
    for document in documents("invalid") {
        let values: Option<Vec<Json>> = document.values().collect();
        let verdict = match values {
            None => "never reads it",
            Some(values) if values.iter().all(|value| other.validate(value).is_ok()) => {
                "cannot see it"
            }
            Some(_) => "refuses it",
        };
        if document.head("schema").unwrap_or("refuses it") != verdict {
            wrong.push(format!("{}: the schema {verdict}", document.name));
        }
    }
    assert_eq!(wrong, [""; 0], "the heads say something else");
}

#[test]
fn each_code_has_its_document() {
    let tables = [
        &dcrsync::config::CODES[..],
        &dcrsync::kinds::CODES,
        &dcrsync::engine::CODES,
    ];
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for table in tables {
        let codes: Vec<_> = table.iter().map(|(code, _)| *code).collect();
        assert!(codes.is_sorted(), "{codes:?}");
        known.extend(codes);
    }
    let documents = documents("invalid");
    let mut met: BTreeSet<&str> = documents.iter().map(Document::code).collect();
    for (code, reason) in NOT_HERE {
        assert!(met.insert(code), "`{code}` has a document, not: {reason}");
    }
    assert_eq!(met, known);
}

#[test]
fn each_code_in_the_source_is_in_a_table() {
    let call =
        regex::Regex::new(r#"(?:Diagnostic::(?:error|warning)|facts\s*\.absent)\(\s*"([a-z-]+)""#)
            .expect("a literal");
    for (floor, table) in [
        ("kinds", &dcrsync::kinds::CODES[..]),
        ("engine", &dcrsync::engine::CODES),
    ] {
        let mut used = BTreeSet::new();
        for path in sources(&root().join("../src").join(floor)) {
            let text = fs::read_to_string(&path).expect("a source is text");
            used.extend(call.captures_iter(&text).map(|found| found[1].to_owned()));
        }
        // the floors share what means the same; each code is explained once
        let shared = |code: &str| {
            dcrsync::config::CODES
                .iter()
                .any(|(known, _)| *known == code)
        };
        let used: Vec<_> = used.into_iter().filter(|code| !shared(code)).collect();
        let known: Vec<_> = table.iter().map(|(code, _)| *code).collect();
        assert_eq!(used, known, "the codes of `src/{floor}`");
    }
}

/// The files of one document.
struct Document {
    name: String,
    inputs: Vec<Input>,
}

impl Document {
    fn read(path: &Path) -> Self {
        let files = if path.is_dir() {
            let mut files = entries(path);
            files.retain(|file| {
                let name = file.to_string_lossy();
                name.ends_with(".yaml") && !name.ends_with(".sops.yaml")
            });
            files
        } else {
            vec![path.to_owned()]
        };
        let inputs = files.iter().map(|file| Input {
            name: file
                .strip_prefix(path.parent().expect("it lies in a folder"))
                .expect("it lies below")
                .to_string_lossy()
                .into_owned(),
            text: fs::read_to_string(file).expect("a document is text"),
        });
        Self {
            name: path
                .file_stem()
                .expect("it has a name")
                .to_string_lossy()
                .into_owned(),
            inputs: inputs.collect(),
        }
    }

    fn load(&self) -> Loaded {
        load(self.inputs.clone(), &Vars::default())
    }

    fn shown(loaded: &Loaded) -> String {
        let style = Style {
            colour: false,
            width: 100,
        };
        text(&loaded.report, &loaded.sources, style)
    }

    /// What the head of the first file says about a subject.
    fn head(&self, subject: &str) -> Option<&str> {
        let text = &self.inputs.first()?.text;
        let mut head = text.lines().map_while(|line| line.strip_prefix("# "));
        head.find_map(|line| line.strip_prefix(subject)?.strip_prefix(": "))
    }

    fn code(&self) -> &str {
        self.head("code").unwrap_or_default()
    }

    fn snapshot(&self, loaded: &Loaded) {
        let shown = Self::shown(loaded);
        insta::with_settings!({
            snapshot_path => "snapshots",
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!(self.name.clone(), shown) });
    }

    fn compare(&self) {
        let loaded = self.load();
        self.snapshot(&loaded);
        let codes: BTreeSet<_> = loaded.report.iter().map(|found| found.code).collect();
        assert_eq!(codes, BTreeSet::from([self.code()]), "{}", self.name);
        assert_eq!(
            loaded.report.iter().count(),
            1,
            "one mistake is one finding"
        );
        for found in loaded.report.iter() {
            assert!(found.span().is_some(), "it has a place");
            assert!(!found.help.is_empty(), "it has a way out");
        }
    }

    /// Each file as another reader sees it; `None` for what is no YAML. One of several files that does
    /// not say its version is a part only, and not for the schema.
    fn values(&self) -> impl Iterator<Item = Option<Json>> {
        let is_whole = |input: &&Input| {
            self.inputs.len() == 1 || input.text.lines().any(|line| line.starts_with("version:"))
        };
        let read = |input: &Input| serde_saphyr::from_str(&input.text).ok();
        self.inputs.iter().filter(is_whole).map(read)
    }
}

/// A JSON Schema validator that is not ours, with the published schema.
struct Other {
    schemas: Schemas,
    index: SchemaIndex,
}

impl Other {
    fn new() -> Self {
        let path = root().join("../schema/dcrsync.schema.json");
        let text = fs::read_to_string(path).expect("the schema is there");
        let schema = serde_json::from_str(&text).expect("the schema is JSON");
        let (mut schemas, mut compiler) = (Schemas::new(), Compiler::new());
        let at = "http://test.example/dcrsync.schema.json";
        compiler.add_resource(at, schema).expect("a resource");
        let index = compiler.compile(at, &mut schemas).expect("a schema");
        Self { schemas, index }
    }

    fn validate(&self, value: &Json) -> Result<(), String> {
        self.schemas
            .validate(value, self.index)
            .map_err(|error| format!("{error:#}"))
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let read = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = read.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

fn documents(folder: &str) -> Vec<Document> {
    let paths = entries(&root().join("configs").join(folder));
    paths.iter().map(|path| Document::read(path)).collect()
}

fn examples() -> Vec<Document> {
    let folders = entries(&root().join("../examples"));
    folders.iter().map(|path| Document::read(path)).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let (folders, mut files): (Vec<_>, Vec<_>) =
        entries(folder).into_iter().partition(|path| path.is_dir());
    files.extend(folders.iter().flat_map(|folder| sources(folder)));
    files
}
