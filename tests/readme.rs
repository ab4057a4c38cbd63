//! What the README shows is what dcrsync says.

use std::fs;
use std::path::Path;

const START: &str = "<!-- tutorial -->\n\n```text\n";
const END: &str = "```\n";

#[test]
fn the_tutorials_mistakes_are_shown_as_they_are_told() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README is there");
    let snapshot = fs::read_to_string(root.join("tests/snapshots/tutorial.snap"));
    let snapshot = snapshot.expect("tests/documents.rs keeps it");
    // behind the head that insta writes
    let told = snapshot
        .splitn(3, "---\n")
        .nth(2)
        .expect("a head and a text");
    let shown = readme
        .split_once(START)
        .and_then(|(_, rest)| rest.split_once(END))
        .map(|(shown, _)| shown)
        .expect("the README has the block");
    assert_eq!(
        shown.trim_end(),
        told.trim_end(),
        "copy it from tests/snapshots/tutorial.snap"
    );
}

#[test]
fn the_quick_start_is_exactly_two_commands() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = fs::read_to_string(root.join("README.md")).expect("the README is there");
    let block = "```sh\ncargo run -- apply --sandbox --auto-approve -f examples/quickstart\ncargo test\n```\n";
    assert!(readme.contains(block));
}
