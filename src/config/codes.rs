//! The codes of this floor's findings.

/// Each code that this floor reports, with what it means. Codes are stable: scripts rely on them.
pub const CODES: [(&str, &str); 26] = [
    ("ambiguous-value", "a value can be read in two ways"),
    (
        "bad-pattern",
        "a text does not have the form that its field asks for",
    ),
    (
        "bad-value",
        "a value has the right type and form, and still cannot be used",
    ),
    (
        "bad-var",
        "`${…}` is neither a variable nor escaped as `$${`",
    ),
    (
        "declared-twice",
        "two files declare the same entry or setting",
    ),
    ("duplicate-item", "a list that is a set holds an item twice"),
    ("duplicate-key", "one mapping holds a key twice"),
    (
        "empty-document",
        "a file, or the whole document, declares nothing",
    ),
    (
        "insecure-url",
        "a plain `http` address leads to another machine",
    ),
    (
        "literal-secret",
        "a secret is written out where a reference belongs",
    ),
    ("missing-field", "a required field is not there"),
    (
        "missing-var",
        "a variable without a default was given no value",
    ),
    (
        "obsolete-value",
        "a value that the vendor had once and has no more",
    ),
    ("one-of", "of several fields exactly one must be given"),
    ("several-documents", "a file holds several YAML documents"),
    ("too-big", "a number is above its limit"),
    (
        "too-large",
        "a file is larger, deeper or more repetitive than what is read",
    ),
    (
        "too-long",
        "a text, list or mapping is longer than its limit",
    ),
    (
        "too-short",
        "a text, list or mapping is shorter than its limit",
    ),
    ("too-small", "a number is below its limit"),
    ("unknown-field", "a field has a name that is not known"),
    (
        "unknown-value",
        "a value is none of those that its field knows",
    ),
    (
        "unknown-var",
        "a variable is used or given, but not declared",
    ),
    ("var-cycle", "a variable's default refers to a variable"),
    ("wrong-type", "a value has the wrong type"),
    (
        "yaml-syntax",
        "a file is no YAML, or uses what is not supported of it",
    ),
];
