//! Which keywords of JSON Schema are understood.

use serde_json::Value as Json;

/// Keywords that are checked.
const CHECKED: [&str; 26] = [
    "$ref",
    "type",
    "properties",
    "required",
    "additionalProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "items",
    "minItems",
    "maxItems",
    "uniqueItems",
    "enum",
    "const",
    "oneOf",
    "anyOf",
    "allOf",
    "minLength",
    "maxLength",
    "pattern",
    "minimum",
    "maximum",
    "if",
    "then",
    "else",
    OBSOLETE,
];

/// Keywords that only tell: `format` is an annotation in draft 2020-12.
const TOLD: [&str; 14] = [
    "$schema",
    "$id",
    "$defs",
    "$comment",
    "title",
    "description",
    "markdownDescription",
    "default",
    "examples",
    "deprecated",
    "readOnly",
    "writeOnly",
    "format",
    SECRET,
];

/// Values that an enumeration had once, each with what to write instead.
pub(super) const OBSOLETE: &str = "x-obsolete";

/// Marks the place of a secret.
const SECRET: &str = "x-secret";

pub(super) fn is_secret(schema: &Json) -> bool {
    schema.get(SECRET) == Some(&Json::Bool(true))
}

/// Tells whether a field of the schema is a secret: what stands in the place of its mapping may be
/// that secret.
pub(super) fn holds_secret(schema: &Json) -> bool {
    let is = |field: &Json| {
        let branches = ["oneOf", "anyOf"]
            .iter()
            .filter_map(|it| field.get(it)?.as_array());
        is_secret(field) || branches.flatten().any(is_secret)
    };
    schema
        .get("properties")
        .and_then(Json::as_object)
        .is_some_and(|fields| fields.values().any(is))
}

/// Lists what a schema says and [`check`](super::check) would not hear, as JSON pointers.
///
/// To be called by tests of every schema that is used: a keyword may not be skipped silently.
pub fn unsupported(schema: &Json) -> Vec<String> {
    let mut found = Vec::new();
    walk(schema, "", &mut found);
    found
}

fn walk(schema: &Json, at: &str, found: &mut Vec<String>) {
    let Json::Object(object) = schema else {
        if !schema.is_boolean() {
            found.push(at.to_owned());
        }
        return;
    };
    for (keyword, value) in object {
        let at = format!("{at}/{keyword}");
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Json::Object(inner)) => {
                for (name, schema) in inner {
                    walk(schema, &format!("{at}/{name}"), found);
                }
            }
            ("oneOf" | "anyOf" | "allOf", Json::Array(inner)) => {
                for (number, schema) in inner.iter().enumerate() {
                    walk(schema, &format!("{at}/{number}"), found);
                }
            }
            (
                "items" | "additionalProperties" | "propertyNames" | "if" | "then" | "else",
                inner,
            ) => walk(inner, &at, found),
            ("pattern", Json::String(pattern)) if regex::Regex::new(pattern).is_ok() => {}
            ("$ref", Json::String(target)) if target.starts_with("#/$defs/") => {}
            ("pattern" | "$ref", _) => found.push(at),
            (name, _) if CHECKED.contains(&name) || TOLD.contains(&name) => {}
            _ => found.push(at),
        }
    }
}
