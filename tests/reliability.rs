//! The table of faults names tests that exist.

#![allow(clippy::unwrap_used)] // a test may

use std::fs;
use std::path::Path;

/// All Rust sources below a folder, in one text.
fn sources(folder: &Path, text: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, text);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            text.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}

#[test]
fn each_test_of_the_table_exists_and_each_row_has_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(root.join("docs/reliability.md")).unwrap();
    let (_, table) = page.split_once("| fault | phase |").unwrap();
    let mut text = String::new();
    for folder in ["src", "tests"] {
        sources(&root.join(folder), &mut text);
    }
    let rows: Vec<&str> = table
        .lines()
        .skip(2)
        .filter(|row| row.starts_with('|'))
        .collect();
    assert!(rows.len() > 20, "the table was not found");
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        let [_, _, _, tests] = cells.as_slice() else {
            panic!("four cells are wanted: {row}");
        };
        for name in tests.split(',') {
            let name = name.trim().trim_matches('`');
            let found = [format!("fn {name}("), format!("fn {name}(\n")];
            assert!(
                found.iter().any(|found| text.contains(found)),
                "no test `{name}`"
            );
        }
    }
}
