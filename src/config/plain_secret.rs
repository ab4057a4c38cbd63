//! What has the form of a secret is one, wherever it stands: in a variable, a description, a name.

use std::collections::BTreeMap;

use crate::base::{Data, Diagnostic, Node, Report, Span};

/// Reports texts of the tree and values of variables that can be nothing but a secret.
pub(super) fn check(root: &Node, values: &BTreeMap<String, String>, report: &mut Report) {
    let mut found = Vec::new();
    walk(root, "the document", &mut found);
    let known: Vec<Span> = report.iter().flat_map(|it| it.masked.clone()).collect();
    found.retain(|(span, ..): &Found<'_>| {
        let covers = |mask: &Span| {
            mask.file == span.file && mask.start <= span.start && span.end <= mask.end
        };
        !known.iter().any(covers)
    });
    let by_hand = values
        .iter()
        .filter(|_| found.is_empty())
        .filter_map(|(name, value)| Some((name, form(value)?)));
    for (name, what) in by_hand {
        report.push(
            Diagnostic::error(
                "literal-secret",
                format!("the variable `{name}` was given {what}; variables are shown and saved with plans"),
            )
            .help("refer to the secret where it is needed: `{ sops: path }`, `{ env: NAME }`"),
        );
    }
    for (span, key, what) in found {
        report.push(
            Diagnostic::error("literal-secret", format!("`{key}` holds {what}"))
                .label(span, "a secret in plain sight")
                .mask(span)
                .help("move it into a file of `secrets.files` and refer to it: `{ sops: path }`")
                .help("if this file was ever shared, the secret is known: replace it"),
        );
    }
}

type Found<'a> = (Span, &'a str, &'static str);

fn walk<'a>(node: &'a Node, key: &'a str, found: &mut Vec<Found<'a>>) {
    match &node.data {
        Data::Text(text) => found.extend(form(text).map(|what| (node.span, key, what))),
        Data::List(items) => items.iter().for_each(|item| walk(item, key, found)),
        Data::Map(entries) => {
            for (key, value) in entries {
                match form(&key.value) {
                    Some(what) => found.push((key.span, "a key", what)),
                    None => walk(value, &key.value, found),
                }
            }
        }
        Data::Null | Data::Bool(_) | Data::Int(_) | Data::Float(_) => {}
    }
}

/// The length of an API token of Okta, which begins with `00`; ids begin so, too, and have 20 letters.
const OKTA_TOKEN: usize = 42;
/// A token of Konnect has this many letters behind its prefix, at least.
const KONNECT_TOKEN: usize = 24;

/// What a text is by its form.
fn form(text: &str) -> Option<&'static str> {
    let text = text.trim();
    let is_token = |text: &str| {
        text.bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
    };
    let konnect = ["kpat_", "spat_"]
        .iter()
        .find_map(|it| text.strip_prefix(it));
    if text.starts_with("00") && text.len() == OKTA_TOKEN && is_token(text) {
        Some("an API token of Okta")
    } else if konnect.is_some_and(|rest| rest.len() >= KONNECT_TOKEN && is_token(rest)) {
        Some("a token of Konnect")
    } else if text.starts_with("AGE-SECRET-KEY-") {
        Some("an age identity")
    } else if text.starts_with("-----BEGIN") && text.contains("PRIVATE KEY-----") {
        Some("a private key")
    } else {
        None
    }
}
