//! What `OpenAPI`'s schemas say beyond JSON Schema.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value as Json, json};

/// Follows `$ref` within a document.
pub(super) fn resolved<'a>(document: &'a Json, mut json: &'a Json) -> &'a Json {
    while let Some(reference) = json.get("$ref").and_then(Json::as_str) {
        let pointer = reference.strip_prefix('#').unwrap();
        json = document
            .pointer(pointer)
            .unwrap_or_else(|| panic!("{reference} leads nowhere"));
    }
    json
}

/// Writes `OpenAPI` 3.0's `nullable` as a null type; documents of 3.1 have it as well and mean it so.
pub(super) fn null_types(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(null_types),
        Json::Object(members) => {
            members.values_mut().for_each(null_types);
            let Some(Json::Bool(nullable)) = members.get("nullable").cloned() else {
                return;
            };
            members.remove("nullable");
            if !nullable {
                return;
            }
            if let Some(Json::Array(values)) = members.get_mut("enum")
                && !values.contains(&Json::Null)
            {
                values.push(Json::Null);
            }
            match members.get("type") {
                Some(Json::String(name)) => {
                    let types = json!([name, "null"]);
                    members.insert("type".to_owned(), types);
                }
                Some(_) => {}
                None => {
                    let inner = Json::Object(std::mem::take(members));
                    *json = json!({ "anyOf": [inner, { "type": "null" }] });
                }
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Makes choices of the values that Okta's extension names: it may add others, but we send no others.
pub(super) fn known_values(json: &mut Json) {
    match json {
        Json::Array(items) => items.iter_mut().for_each(known_values),
        Json::Object(members) => {
            members.values_mut().for_each(known_values);
            if members.get("type").is_some_and(|one| one == "string")
                && !members.contains_key("enum")
                && let Some(Json::Array(mut values)) = members.get("x-okta-known-values").cloned()
            {
                // some are said twice, which no schema may do
                let mut seen = BTreeSet::new();
                values.retain(|value| seen.insert(value.to_string()));
                members.insert("enum".to_owned(), Json::from(values));
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

/// Members of a value that its schema does not name, though it does name some; and those that only
/// the vendor may set.
pub(super) fn strangers(document: &Json, schema: &Json, value: &Json) -> Vec<String> {
    let mut found = Vec::new();
    walk(document, &[schema], value, "", &mut found);
    found
}

/// What all the parts of a schema say of an object or list.
#[derive(Default)]
struct Said<'a> {
    members: BTreeMap<&'a str, Vec<&'a Json>>,
    items: Vec<&'a Json>,
    /// Members beside those named are welcome.
    open: bool,
    seen: BTreeSet<&'a str>,
}

impl<'a> Said<'a> {
    fn take(&mut self, document: &'a Json, schema: &'a Json) {
        if let Some(reference) = schema.get("$ref").and_then(Json::as_str)
            && !self.seen.insert(reference)
        {
            return;
        }
        let schema = resolved(document, schema);
        if let Some(Json::Object(members)) = schema.get("properties") {
            for (name, schema) in members {
                self.members.entry(name).or_default().push(schema);
            }
        }
        let more = schema.get("additionalProperties");
        self.open |= more.is_some_and(|more| *more != Json::Bool(false));
        self.items.extend(schema.get("items"));
        for part in ["allOf", "anyOf", "oneOf"] {
            for schema in schema
                .get(part)
                .and_then(Json::as_array)
                .into_iter()
                .flatten()
            {
                self.take(document, schema);
            }
        }
    }
}

fn walk(document: &Json, schemas: &[&Json], value: &Json, place: &str, found: &mut Vec<String>) {
    let mut said = Said::default();
    for schema in schemas {
        // a reference may come again at another place of the value
        said.seen.clear();
        said.take(document, schema);
    }
    match value {
        Json::Object(members) => {
            for (name, value) in members {
                let place = format!("{place}/{name}");
                match said.members.get(name.as_str()) {
                    Some(schemas) if schemas.iter().all(|one| is_read_only(document, one)) => {
                        found.push(format!("`{place}` is the vendor's to set"));
                    }
                    Some(schemas) => walk(document, schemas, value, &place, found),
                    None if said.open || said.members.is_empty() => {}
                    None => found.push(format!("`{place}` is not in the contract")),
                }
            }
        }
        Json::Array(items) => {
            for (at, value) in items.iter().enumerate() {
                walk(
                    document,
                    &said.items,
                    value,
                    &format!("{place}/{at}"),
                    found,
                );
            }
        }
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) => {}
    }
}

fn is_read_only(document: &Json, schema: &Json) -> bool {
    schema["readOnly"] == true || resolved(document, schema)["readOnly"] == true
}
