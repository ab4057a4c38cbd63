//! Small pieces of wording and of reading schemas.

use serde_json::Value as Json;

use crate::base::{Data, Node};

/// A field's name in backticks; `the document` and the like stay as they are.
pub(super) fn tick(name: &str) -> String {
    if name.contains([' ', '`']) {
        name.to_owned()
    } else {
        format!("`{name}`")
    }
}

pub(super) fn array(value: Option<&Json>) -> &[Json] {
    value.and_then(Json::as_array).map_or(&[], Vec::as_slice)
}

pub(super) fn texts(value: Option<&Json>) -> impl Iterator<Item = &str> {
    array(value).iter().filter_map(Json::as_str)
}

/// `text, a number or a list`.
pub(super) fn either(mut names: Vec<String>) -> String {
    names.dedup();
    match names.pop() {
        None => "nothing".to_owned(),
        Some(last) if names.is_empty() => last,
        Some(last) => format!("{} or {last}", names.join(", ")),
    }
}

/// A type of JSON Schema in words.
pub(super) fn noun(name: &str) -> &str {
    match name {
        "string" => "text",
        "integer" => "a whole number",
        "number" => "a number",
        "boolean" => "`true` or `false`",
        "array" => "a list",
        "object" => "a mapping",
        "null" => "nothing",
        other => other,
    }
}

/// The types that a schema admits; none when it says nothing about them.
pub(super) fn types(value: Option<&Json>) -> Vec<&str> {
    match value {
        Some(Json::String(one)) => vec![one],
        Some(Json::Array(several)) => several.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    }
}

/// Tells whether a node is of a type of JSON Schema.
pub(super) fn is_type(node: &Node, name: &str) -> bool {
    match (&node.data, name) {
        (Data::Float(number), "integer") => number.fract() == 0.0,
        (Data::Null, "null")
        | (Data::Bool(_), "boolean")
        | (Data::Int(_), "integer" | "number")
        | (Data::Float(_), "number")
        | (Data::Text(_), "string")
        | (Data::List(_), "array")
        | (Data::Map(_), "object") => true,
        _ => false,
    }
}

/// A node in a form in which equal nodes are equal texts, as JSON Schema compares: `1` is `1.0`,
/// and the order of fields does not count.
pub(super) fn canonical(node: &Node) -> String {
    let list = |parts: Vec<String>| parts.join(",");
    match &node.data {
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Null | Data::Bool(_) | Data::Text(_) => node.to_json().to_string(),
        Data::List(items) => format!("[{}]", list(items.iter().map(canonical).collect())),
        Data::Map(entries) => {
            let mut parts: Vec<_> = entries
                .iter()
                .map(|(key, value)| format!("{:?}:{}", key.value, canonical(value)))
                .collect();
            parts.sort_unstable();
            format!("{{{}}}", list(parts))
        }
    }
}
