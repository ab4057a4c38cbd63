//! Makes what schemars says of our types readable, and no wider than it is meant.

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value as Json, json};

use super::entry::{Ignore, State};
use crate::base::SecretRef;

type Object = Map<String, Json>;

/// What a schema only tells; the place that uses a part may say it in other words.
const TOLD: [&str; 4] = ["description", "examples", "default", "title"];

/// The schema of a type, whole and without a head.
pub(super) fn of<T: JsonSchema>() -> Json {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let mut schema = settings.into_generator().into_root_schema_for::<T>();
    schema.remove("title");
    let mut schema = schema.to_value();
    tidy_schema(&mut schema);
    schema
}

/// Takes back what is true of Rust's types and not of the document: a field that may be left out
/// does not accept `null`. What a branch is for is told at its only field as well, where editors look.
pub fn tidy_schema(schema: &mut Json) {
    each(schema, &mut |object| {
        without_null(object);
        within_its_bits(object);
        describe_only_field(object);
        if let Some(description) = object.shift_remove("description") {
            object.shift_insert(0, "description".to_owned(), description);
        }
    });
}

/// Moves the parts that many places use into `$defs`; what a place says of its own stays there.
pub fn share_parts(schema: &mut Json) {
    let parts = [
        ("SecretRef", of::<SecretRef>()),
        ("State", of::<State>()),
        ("Ignore", of::<Ignore>()),
    ];
    for (name, part) in &parts {
        let body: Vec<(&String, &Json)> = part
            .as_object()
            .into_iter()
            .flatten()
            .filter(|(keyword, _)| *keyword != "description")
            .collect();
        each(schema, &mut |object| {
            if !body
                .iter()
                .all(|(keyword, value)| object.get(*keyword) == Some(value))
            {
                return;
            }
            // a secret stays marked where it is used: masking looks at the field, not behind it
            for (keyword, _) in body.iter().filter(|(keyword, _)| *keyword != "x-secret") {
                object.shift_remove(*keyword);
            }
            object.insert("$ref".to_owned(), json!(format!("#/$defs/{name}")));
        });
    }
    if let Some(schema) = schema.as_object_mut() {
        let parts = parts.map(|(name, part)| (name.to_owned(), part));
        schema.insert(
            "$defs".to_owned(),
            Json::Object(parts.into_iter().collect()),
        );
    }
}

/// Lets a variable stand wherever a text of a certain form does: editors see it before it is expanded.
pub fn admit_variables(schema: &mut Json) {
    each(schema, &mut |object| {
        let is_text = object.get("type").is_some_and(|name| name == "string");
        if let (true, Some(Json::String(pattern))) = (is_text, object.get_mut("pattern")) {
            pattern.push_str(r"|\$\{var\.");
        }
    });
}

fn without_null(object: &mut Object) {
    if let Some(Json::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [one] = types.as_slice() {
            let one = one.clone();
            object.insert("type".to_owned(), one);
        }
    }
    if let Some(Json::Array(values)) = object.get_mut("enum") {
        values.retain(|value| !value.is_null());
    }
    let Some(Json::Array(branches)) = object.get_mut("anyOf") else {
        return;
    };
    branches.retain(|branch| branch.get("type") != Some(&json!("null")));
    let [Json::Object(only)] = branches.as_slice() else {
        return;
    };
    let only = only.clone();
    let told = |keyword: &str| TOLD.contains(&keyword);
    if only.keys().any(|it| object.contains_key(it) && !told(it)) {
        return;
    }
    object.shift_remove("anyOf");
    for (keyword, value) in only {
        object.entry(keyword).or_insert(value);
    }
}

/// What a number's type cannot hold is refused by the schema, in better words than serde's.
fn within_its_bits(object: &mut Object) {
    let most = match object.get("format").and_then(Json::as_str) {
        Some("uint32") => u32::MAX,
        Some("uint16") => u16::MAX.into(),
        _ => return,
    };
    object.shift_remove("format");
    object.entry("maximum").or_insert(json!(most));
}

fn describe_only_field(object: &mut Object) {
    let description = object.get("description").cloned();
    let Some(Json::Object(fields)) = object.get_mut("properties") else {
        return;
    };
    if fields.len() != 1 {
        return;
    }
    for field in fields.values_mut().filter_map(Json::as_object_mut) {
        if let (false, Some(description)) = (field.contains_key("description"), &description) {
            field.shift_insert(0, "description".to_owned(), description.clone());
        }
    }
}

/// Visits a schema and all schemas in it, the innermost first.
fn each(schema: &mut Json, visit: &mut impl FnMut(&mut Object)) {
    let Json::Object(object) = schema else {
        return;
    };
    for (keyword, value) in object.iter_mut() {
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Json::Object(inner)) => {
                for schema in inner.values_mut() {
                    each(schema, visit);
                }
            }
            ("oneOf" | "anyOf" | "allOf", Json::Array(inner)) => {
                for schema in inner {
                    each(schema, visit);
                }
            }
            (
                "items" | "additionalProperties" | "propertyNames" | "if" | "then" | "else",
                inner,
            ) => each(inner, visit),
            _ => {}
        }
    }
    visit(object);
}
