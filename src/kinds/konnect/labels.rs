//! Labels: whose an object is, and the fingerprint of its write-only secret.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::base::{Diagnostic, Fingerprint, Spanned, Value};
use crate::kinds::{Entry, Out, Task};
use crate::plan::{Live, Owner};

/// The owner mark: the `name` of the document.
pub(super) const OWNER: &str = "dcrsync-owner";
/// The fingerprint of the write-only secret.
pub const SECRET: &str = "dcrsync-secret";
/// kongctl's owner mark.
const KONGCTL: &str = "KONGCTL-namespace";

/// Labels as written: name to value.
pub(super) type Labels = BTreeMap<Spanned<String>, Spanned<String>>;

/// Prefixes that Konnect keeps for itself, and ours.
const RESERVED: [&str; 6] = ["kong", "konnect", "mesh", "kic", "_", "dcrsync-"];

/// Konnect's limits: <https://developer.konghq.com/konnect-platform/konnect-labels/>
const MOST: usize = 50;
const LONGEST: usize = 63;

/// Reads labels and owner of an object.
pub(super) fn read(json: &Json, live: &mut Live) {
    let labels = json.get("labels").and_then(Json::as_object);
    let text = |name: &str| {
        labels
            .and_then(|labels| labels.get(name))
            .and_then(Json::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    live.owner = text(OWNER)
        .map(Owner::Document)
        .or_else(|| text(KONGCTL).map(Owner::Kongctl));
    let own = labels
        .into_iter()
        .flatten()
        .filter(|(name, _)| *name != OWNER && *name != SECRET)
        .filter_map(|(name, value)| Some((name.clone(), Value::text(value.as_str()?))))
        .collect();
    live.fields.insert("labels", Value::Map(own));
}

/// The fingerprint that an object carries.
pub(super) fn fingerprint(json: &Json) -> Value {
    json.pointer("/labels/dcrsync-secret")
        .and_then(Json::as_str)
        .map_or(Value::Null, |text| {
            Value::Fingerprint(Fingerprint(text.to_owned()))
        })
}

/// All labels to be sent: those that are there, the declared ones over them, and our marks.
///
/// Konnect does not say whether a label that a PATCH leaves out is kept, so all are sent again.
pub(super) fn write(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut raw = live.map(|live| live.raw.json()).unwrap_or_default();
    let labels = raw.get_mut("labels").map(Json::take);
    let mut labels = if let Some(Json::Object(labels)) = labels {
        labels
    } else {
        Map::new()
    };
    // an object that was taken over is no longer the other tool's
    if labels.contains_key(KONGCTL) {
        labels.insert(KONGCTL.to_owned(), Json::Null);
    }
    if let Value::Map(declared) = task.desired.field("labels") {
        for (name, value) in declared {
            labels.insert(name.clone(), value.to_json());
        }
    }
    mark(task, &mut labels);
    Json::Object(labels)
}

/// Our marks alone, for objects that are made.
pub(super) fn marks(task: &Task<'_>) -> Json {
    let mut labels = Map::new();
    mark(task, &mut labels);
    Json::Object(labels)
}

fn mark(task: &Task<'_>, labels: &mut Map<String, Json>) {
    labels.insert(OWNER.to_owned(), json!(task.document));
    if let Some(fingerprint) = task.fingerprint() {
        labels.insert(SECRET.to_owned(), json!(fingerprint));
    }
}

/// Checks labels as written and turns them into a value.
pub(super) fn declare<S>(
    labels: Option<&Labels>,
    entry: &Entry<'_, S>,
    out: &mut Out<'_>,
) -> Option<Value> {
    let labels = labels?;
    if labels.len() > MOST {
        out.report.push(
            Diagnostic::error(
                "too-many-labels",
                format!(
                    "Konnect takes at most {MOST} labels, and there are {}",
                    labels.len()
                ),
            )
            .at(entry.span_of("labels"))
            .help("remove the labels that nobody asks for"),
        );
    }
    for (name, value) in labels {
        if let Some(prefix) = RESERVED.iter().find(|prefix| name.starts_with(**prefix)) {
            out.report.push(
                Diagnostic::error(
                    "reserved-label",
                    format!("the label `{name}` starts with `{prefix}`, which is reserved"),
                )
                .at(name.span)
                .help("give it another name"),
            );
        }
        if name.is_empty() || name.chars().count() > LONGEST {
            out.report.push(
                Diagnostic::error(
                    "bad-label",
                    format!("the name of a label must have 1 to {LONGEST} characters, and this one has {}", name.chars().count()),
                )
                .at(name.span)
                .help("give it another name"),
            );
        }
        if !valid(value) {
            out.report.push(
                Diagnostic::error(
                    "bad-label",
                    format!("`{name}` has a value that Konnect does not take as a label"),
                )
                .at(value.span)
                .help(format!(
                    "write 1 to {LONGEST} letters, digits, `-`, `.` or `_`, the first and the last a letter or digit"
                )),
            );
        }
    }
    let values = labels
        .iter()
        .map(|(name, value)| (name.value.clone(), Value::text(&value.value)))
        .collect();
    Some(Value::Map(values))
}

fn valid(value: &str) -> bool {
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    (1..=LONGEST).contains(&value.len())
        && edge(value.chars().next())
        && edge(value.chars().next_back())
        && value
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
}
