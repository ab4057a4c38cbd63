use serde_json::{Map, Value};

use super::body::join;
use super::problem::Invalid;
use super::shape::{Pattern, Shape, wrong_type};

/// Key prefixes that are Kong's own. Upper case is let through: clients of the vendor rely on it.
const RESERVED_LABELS: [&str; 5] = ["kong", "konnect", "mesh", "kic", "_"];
const LABELS_AT_MOST: usize = 50;
static LABEL_VALUE: Pattern = Pattern {
    text: "^[a-z0-9A-Z]{1}([a-z0-9A-Z-._]*[a-z0-9A-Z]+)?$",
    holds: |text| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        edge(text.chars().next())
            && edge(text.chars().next_back())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    },
};

/// Names what is wrong with labels; in an update a null removes one.
pub(in crate::sandbox::konnect) fn labels(
    path: &str,
    value: &Value,
    update: bool,
    found: &mut Vec<Invalid>,
) {
    if update && value.is_null() {
        return;
    }
    let Some(map) = value.as_object() else {
        found.push(wrong_type(path, "object"));
        return;
    };
    if map.len() > LABELS_AT_MOST {
        let reason = format!("must have at most {LABELS_AT_MOST} labels");
        found.push(Invalid::new(path, "max_items", reason).maximum(LABELS_AT_MOST));
    }
    for (key, value) in map {
        let name = join(path, key);
        if key.is_empty() || key.chars().count() > 63 {
            let reason = "key must have 1 to 63 characters";
            found.push(Invalid::new(name.as_str(), "is_label", reason));
        }
        if let Some(prefix) = RESERVED_LABELS.iter().find(|p| key.starts_with(**p)) {
            let reason = format!("key must not start with {prefix}");
            found.push(Invalid::new(name.as_str(), "is_label", reason));
        }
        if !(update && value.is_null()) {
            Shape::Pattern(1, 63, &LABEL_VALUE).walk(&name, value, found);
        }
    }
}

/// Merges a PATCH of an object into what is stored, one level deep: null removes a key.
pub(in crate::sandbox) fn merge(stored: &mut Map<String, Value>, patch: &Value) {
    for (key, value) in patch.as_object().into_iter().flatten() {
        if value.is_null() {
            stored.shift_remove(key);
        } else {
            stored.insert(key.clone(), value.clone());
        }
    }
}

/// Drops the nulls of labels given at creation, where there is nothing to remove yet.
pub(in crate::sandbox) fn new_labels(body: &Value) -> Map<String, Value> {
    let mut labels = Map::new();
    merge(&mut labels, body.get("labels").unwrap_or(&Value::Null));
    labels
}
