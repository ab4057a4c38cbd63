//! Imports go down only: reads each path of the sources and holds it to the table of floors.
//!
//! ```text
//! 6 main      5 cli      4 web, daemon      3 engine, status
//! 2 kinds, secrets      1 vendor, config, plan      0 base      beside them: sandbox
//! ```

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may import besides itself.
const MAY_IMPORT: [(&str, &[&str]); 12] = [
    ("base", &[]),
    ("config", &["base"]),
    ("plan", &["base"]),
    ("vendor", &["base"]),
    ("sandbox", &["base"]),
    ("secrets", &["base"]),
    ("kinds", &["vendor", "plan", "base"]),
    ("status", &["plan", "base"]),
    (
        "engine",
        &["kinds", "vendor", "plan", "config", "secrets", "base"],
    ),
    ("web", &["status", "plan", "base"]),
    (
        "daemon",
        &[
            "engine", "status", "kinds", "vendor", "plan", "config", "secrets", "base",
        ],
    ),
    (
        "cli",
        &[
            "web", "daemon", "sandbox", "engine", "status", "kinds", "vendor", "plan", "config",
            "secrets", "base",
        ],
    ),
];

/// Modules that compute and do nothing else, and what they may not name.
const PURE: [&str; 2] = ["config", "plan"];
const IMPURE: [&str; 6] = [
    "tokio",
    "reqwest",
    "std::env",
    "std::fs",
    "SystemTime",
    "async",
];

/// A source file may not be longer, tests apart.
const LONGEST: usize = 600;

#[test]
fn imports_go_down_only() {
    assert_none(|file| {
        let mut found = forbidden(&file.module, &file.code);
        // what a test talks to is nothing that the module rests on
        found.retain(|what| !(file.is_test && what == "imports `sandbox`"));
        found
    });
}

#[test]
fn what_is_pure_does_nothing_else() {
    assert_none(|file| {
        let top = file.module.first().map_or("", String::as_str);
        if !PURE.contains(&top) || file.is_test {
            return Vec::new();
        }
        let named = IMPURE.iter().filter(|name| names(&file.code, name));
        named.map(|name| format!("names `{name}`")).collect()
    });
}

#[test]
fn each_import_says_what_it_wants() {
    assert_none(|file| {
        let is_glob = !file.is_test && compact(&file.code).contains("use super::*");
        is_glob
            .then(|| "has `use super::*`".to_owned())
            .into_iter()
            .collect()
    });
}

#[test]
fn files_stay_short() {
    assert_none(|file| {
        let is_long = !file.is_test && file.lines > LONGEST;
        is_long
            .then(|| format!("has {} lines", file.lines))
            .into_iter()
            .collect()
    });
}

/// One file of the sources.
struct File {
    path: String,
    /// The names of the modules down to its own.
    module: Vec<String>,
    /// Its text without comments and literals.
    code: String,
    lines: usize,
    is_test: bool,
}

fn assert_none(found: impl Fn(&File) -> Vec<String>) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&root, &root, &mut files);
    assert!(files.len() > 100, "the sources were not found");
    let all: Vec<String> = files
        .iter()
        .flat_map(|file| {
            let each = found(file).into_iter();
            each.map(|what| format!("src/{} {what}", file.path))
        })
        .collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

fn collect(root: &Path, folder: &Path, files: &mut Vec<File>) {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .collect();
    paths.sort();
    for path in paths {
        if path.is_dir() {
            collect(root, &path, files);
        } else if path.extension().is_some_and(|end| end == "rs") {
            let text = fs::read_to_string(&path).expect("a source is text");
            let inner = path.strip_prefix(root).expect("it lies below");
            files.push(File {
                path: inner.to_string_lossy().into_owned(),
                module: module(inner),
                code: without_comments(&text),
                lines: text.lines().count(),
                is_test: inner
                    .components()
                    .any(|part| part.as_os_str().to_string_lossy().starts_with("tests"))
                    || inner.ends_with("leaks.rs"),
            });
        }
    }
}

/// `kinds/okta/scope/mod.rs` is the module `kinds::okta::scope`; so is `kinds/okta/scope.rs`.
fn module(path: &Path) -> Vec<String> {
    let mut names: Vec<String> = path
        .with_extension("")
        .components()
        .map(|part| part.as_os_str().to_string_lossy().into_owned())
        .collect();
    if names
        .last()
        .is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str()))
    {
        names.pop();
    }
    names
}

/// The paths of a file that lead where its module may not go.
fn forbidden(module: &[String], code: &str) -> Vec<String> {
    let Some(own) = module.first() else {
        return Vec::new();
    };
    let allowed = MAY_IMPORT
        .iter()
        .find(|(name, _)| name == own)
        .map(|(_, allowed)| *allowed);
    let Some(allowed) = allowed else {
        return vec![format!("is in `{own}`, which no floor knows")];
    };
    let mut targets = targets(module, code);
    targets.retain(|target| target != own && !allowed.contains(&target.as_str()));
    targets.sort();
    targets.dedup();
    let each = targets.into_iter();
    each.map(|target| format!("imports `{target}`")).collect()
}

/// The top modules that the paths of a file lead to.
fn targets(module: &[String], code: &str) -> Vec<String> {
    let code = compact(code);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        if !is_inside_word(&code, at) {
            found.extend(heads(&code[at + "crate::".len()..]));
        }
    }
    let mut rest = code.as_str();
    while let Some(at) = rest.find("super::") {
        let from = code.len() - rest.len() + at;
        let chain = &code[from..];
        let mut count = 0;
        while chain[count * "super::".len()..].starts_with("super::") {
            count += 1;
        }
        let after = &chain[count * "super::".len()..];
        if !is_inside_word(&code, from) && count >= module.len() {
            // the chain leaves the top module, so what follows is a module of the crate
            found.extend(heads(after));
        }
        rest = after;
    }
    found.retain(|name| !name.is_empty() && name != "self");
    found
}

/// The first names of a path: one, or those of a group in braces.
fn heads(path: &str) -> Vec<String> {
    let Some(group) = path.strip_prefix('{') else {
        return vec![word(path)];
    };
    let mut depth = 0;
    let mut heads = vec![word(group)];
    for (at, letter) in group.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(word(&group[at + 1..])),
            _ => {}
        }
    }
    heads
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
        .collect()
}

fn is_inside_word(code: &str, at: usize) -> bool {
    code[..at]
        .chars()
        .next_back()
        .is_some_and(|letter| letter.is_alphanumeric() || letter == '_' || letter == '$')
}

/// Tells whether a name stands there as a word of its own.
fn names(code: &str, name: &str) -> bool {
    code.match_indices(name).any(|(at, _)| {
        let after = code[at + name.len()..].chars().next();
        !is_inside_word(code, at)
            && !after.is_some_and(|letter| letter.is_alphanumeric() || letter == '_')
    })
}

/// The code without blanks, but for one where two words would become one.
fn compact(code: &str) -> String {
    let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let mut out = String::with_capacity(code.len());
    for piece in code.split_whitespace() {
        let joins = out.ends_with(is_word) && piece.starts_with(is_word);
        if joins {
            out.push(' ');
        }
        out.push_str(piece);
    }
    out
}

/// The code without comments, texts and letters; what stood in them is gone.
fn without_comments(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(&letter) = letters.get(at) {
        let next = letters.get(at + 1).copied();
        at = match (letter, next) {
            ('/', Some('/')) => end_of_line(&letters, at),
            ('/', Some('*')) => end_of_block(&letters, at),
            ('r', Some('"' | '#'))
                if !out.ends_with(|it: char| it.is_alphanumeric() || it == '_') =>
            {
                end_of_raw(&letters, at).unwrap_or_else(|| {
                    out.push(letter);
                    at + 1
                })
            }
            ('"', _) => end_of_text(&letters, at),
            ('\'', Some('\\')) => end_of_letter(&letters, at),
            ('\'', Some(_)) if letters.get(at + 2) == Some(&'\'') => at + 3,
            _ => {
                out.push(letter);
                at + 1
            }
        };
    }
    out
}

fn end_of_line(letters: &[char], from: usize) -> usize {
    let length = letters[from..].iter().position(|letter| *letter == '\n');
    length.map_or(letters.len(), |length| from + length)
}

fn end_of_block(letters: &[char], from: usize) -> usize {
    let mut depth = 0;
    let mut at = from;
    while at + 1 < letters.len() {
        match (letters[at], letters[at + 1]) {
            ('/', '*') => depth += 1,
            ('*', '/') => depth -= 1,
            _ => {
                at += 1;
                continue;
            }
        }
        at += 2;
        if depth == 0 {
            return at;
        }
    }
    letters.len()
}

fn end_of_raw(letters: &[char], from: usize) -> Option<usize> {
    let hashes = letters[from + 1..]
        .iter()
        .take_while(|it| **it == '#')
        .count();
    let open = from + 1 + hashes;
    if letters.get(open) != Some(&'"') {
        return None;
    }
    (open + 1..letters.len()).find_map(|at| {
        let closes = letters[at] == '"'
            && letters[at + 1..]
                .iter()
                .take_while(|it| **it == '#')
                .count()
                >= hashes;
        closes.then_some(at + 1 + hashes)
    })
}

fn end_of_text(letters: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < letters.len() {
        match letters[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    letters.len()
}

fn end_of_letter(letters: &[char], from: usize) -> usize {
    let from_escaped = from + 3;
    let length = letters
        .get(from_escaped..)
        .and_then(|rest| rest.iter().position(|letter| *letter == '\''));
    length.map_or(letters.len(), |length| from_escaped + length + 1)
}

mod parser {
    use std::path::Path;

    use super::{IMPURE, forbidden, module, names, without_comments};

    fn found(path: &str, text: &str) -> Vec<String> {
        forbidden(&module(Path::new(path)), &without_comments(text))
    }

    #[test]
    fn a_path_upward_is_found_wherever_it_stands() {
        for text in [
            "use crate::engine::load;",
            "use crate::{base::Span, engine::{self, load}};",
            "use crate::{\n    base::{Node, Span},\n    engine,\n};",
            "fn f() { crate :: engine :: load(); }",
            "let x: Vec<crate::engine::Loaded> = y;",
            "pub(in crate::engine) fn f() {}",
            "use super::super::engine::load;",
            "use super::super::{base, engine::load};",
            "let a = '\\''; use crate::engine;",
            "let a = '\"'; use crate::engine; // \"",
            "let a = r#\"quoted \" \"#; use crate::engine;",
        ] {
            assert_eq!(
                found("config/tree.rs", text),
                ["imports `engine`"],
                "{text}"
            );
        }
    }

    #[test]
    fn a_path_downward_or_within_is_none() {
        for text in [
            "use crate::base::{Node, Span};",
            "use crate::config::engine;",
            "use super::engine;",
            "use super::super::base::Span;",
            "use super::super::config::engine;",
            "/// See [`load`](crate::engine::load).\nfn f() {}",
            "//! crate::engine\n/* crate::engine /* crate::cli */ crate::cli */",
            "let a = \"crate::engine \\\" crate::cli\";",
            "let a = r#\"crate::engine \" crate::cli\"#;",
            "use mycrate::engine;",
            "let life: &'static str = x;",
        ] {
            assert_eq!(found("config/tree.rs", text), [""; 0], "{text}");
        }
    }

    #[test]
    fn the_depth_of_a_module_counts() {
        assert_eq!(
            found("config/shape/mod.rs", "use super::super::engine;"),
            ["imports `engine`"]
        );
        assert_eq!(
            found("config/shape/branch.rs", "use super::super::engine;"),
            [""; 0]
        );
        assert_eq!(
            found("sandbox/world.rs", "use crate::plan;"),
            ["imports `plan`"]
        );
        assert_eq!(
            found("kinds/mod.rs", "use super::secrets;"),
            ["imports `secrets`"]
        );
        assert_eq!(
            found("attic/mod.rs", ""),
            ["is in `attic`, which no floor knows"]
        );
        assert_eq!(found("lib.rs", "use crate::cli;"), [""; 0]);
    }

    #[test]
    fn what_is_impure_is_found_by_its_name() {
        let impure = |text: &str| {
            IMPURE
                .iter()
                .any(|name| names(&without_comments(text), name))
        };
        for text in [
            "async fn f() {}",
            "use std::fs;",
            "std::env::var(\"A\")",
            "tokio::spawn(x)",
            "SystemTime::now()",
        ] {
            assert!(impure(text), "{text}");
        }
        for text in [
            "// async",
            "fn asynchronous() {}",
            "let a = \"std::fs\";",
            "std::fmt",
        ] {
            assert!(!impure(text), "{text}");
        }
    }
}
