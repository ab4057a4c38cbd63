//! All operations that our clients can send.

use std::collections::BTreeSet;
use std::path::Path;

/// One to a line, as the contracts write them.
const OPERATIONS: &str = "
gateway
";

/// Words in the source that are segments of some contract's paths and of none of ours.
const NO_PATHS: &[(&str, &str)] = &[
    (
        "principal-rate-limits",
        "told apart for its rate limit only",
    ),
    ("users", "who a rule of a policy is for"),
];

/// All operations.
pub(super) fn all() -> BTreeSet<&'static str> {
    OPERATIONS.lines().filter(|line| !line.is_empty()).collect()
}

/// Segments of paths that the source names though no operation of ours has them.
///
/// A hint only: the source says `"secrets"`, and the contracts have a path with `/secrets/`.
pub(super) fn forgotten(segments: &BTreeSet<String>) -> BTreeSet<String> {
    let ours: BTreeSet<&str> = all().iter().flat_map(|one| one.split('/')).collect();
    let literal = regex::Regex::new(r#""([^"\\\s]*)""#).unwrap();
    let mut forgotten = BTreeSet::new();
    for folder in ["src/kinds", "src/vendor", "src/engine"] {
        for text in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)) {
            let found = literal
                .captures_iter(&text)
                .map(|found| found[1].to_owned());
            let words: Vec<String> = found
                .flat_map(|word| word.split('/').map(str::to_owned).collect::<Vec<_>>())
                .collect();
            forgotten.extend(words.into_iter().filter(|word| {
                segments.contains(word)
                    && !ours.contains(word.as_str())
                    && !NO_PATHS.iter().any(|(no, _)| no == word)
            }));
        }
    }
    forgotten
}

/// The source files below a folder, without tests.
fn sources(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        if ["tests", "fake"].contains(&name) {
            continue;
        }
        if path.is_dir() {
            texts.extend(sources(&path));
        } else {
            texts.push(std::fs::read_to_string(&path).unwrap());
        }
    }
    texts
}
