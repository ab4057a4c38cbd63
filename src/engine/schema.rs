use serde_json::{Map, Value as Json, json};

use crate::config::{
    EntryCommon, Sections, admit_variables, settings_schema, share_parts, tidy_schema,
};
use crate::kinds::{AnyKind, registry};

/// The JSON Schema of a document as it is written, with variables in it: for editors and others.
pub fn schema() -> Json {
    let mut schema = expanded();
    admit_variables(&mut schema);
    schema
}

/// The JSON Schema of a document whose variables are expanded: the settings, and a section for each
/// kind of the registry.
pub(super) fn expanded() -> Json {
    let mut schema = settings_schema();
    let mut done: Vec<&[&str]> = Vec::new();
    for kind in registry() {
        let section = kind.section();
        if section.is_empty() || done.contains(&section) {
            continue;
        }
        done.push(section);
        insert(&mut schema, section, *kind);
    }
    share_parts(&mut schema);
    with_head(schema)
}

/// Says first what the schema is; the name is no address, so that nobody looks there for it.
fn with_head(schema: Json) -> Json {
    let mut head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:dcrsync:document:1",
        "title": "dcrsync document",
    });
    if let (Json::Object(head), Json::Object(rest)) = (&mut head, schema) {
        head.extend(rest);
    }
    head
}

/// Where the kinds' entries stand, for merging files.
pub(super) fn sections() -> Sections {
    let paths: Vec<String> = registry()
        .iter()
        .filter_map(|kind| kind.section().split_last())
        .map(|(_, path)| path.join("."))
        .collect();
    Sections::new(paths.iter().map(String::as_str))
}

/// The keys of an entry that hold entries of other kinds.
pub(super) fn children(kind: &dyn AnyKind) -> Vec<&'static str> {
    let section = kind.section();
    registry()
        .iter()
        .filter_map(|other| other.section().strip_prefix(section)?.first().copied())
        .collect()
}

fn insert(schema: &mut Json, section: &[&str], kind: &dyn AnyKind) {
    let mut place = schema;
    for (at, name) in section.iter().enumerate() {
        let last = at + 1 == section.len();
        place = if *name == "*" {
            member(place, "additionalProperties")
        } else {
            let properties = member(place, "properties");
            let below = member(properties, name);
            if below.get("type").is_none() {
                *below = json!({
                    "type": ["object", "null"],
                    "description": format!("{} The key is its name.", kind.title()),
                    "additionalProperties": {},
                });
            }
            below
        };
        if last {
            *place = entry(kind);
        }
    }
}

fn member<'a>(place: &'a mut Json, name: &str) -> &'a mut Json {
    if !place.is_object() {
        *place = Json::Object(Map::new());
    }
    let members = place
        .as_object_mut()
        .expect("it was made an object just above");
    members.entry(name.to_owned()).or_insert_with(|| json!({}))
}

/// The schema of one entry: the kind's fields and those that all entries share.
fn entry(kind: &dyn AnyKind) -> Json {
    let mut schema = kind.schema();
    tidy_schema(&mut schema);
    if let Some(members) = schema.as_object_mut() {
        members.shift_remove("title");
    }
    let properties = member(&mut schema, "properties");
    for (name, common) in EntryCommon::schema_properties() {
        if let Some(properties) = properties.as_object_mut() {
            properties.entry(name).or_insert(common);
        }
    }
    let required: Vec<String> = schema
        .get("required")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .map(str::to_owned)
        .collect();
    let (always, wanted): (Vec<String>, Vec<String>) = required
        .into_iter()
        .partition(|field| kind.always().contains(&field.as_str()));
    if let Some(members) = schema.as_object_mut() {
        members.shift_remove("required");
        if always.is_empty() && wanted.is_empty() {
            // an entry may say no more than its name
            members.insert("type".to_owned(), json!(["object", "null"]));
        }
        if !always.is_empty() {
            members.insert("required".to_owned(), json!(always));
        }
        if !wanted.is_empty() {
            // what must be gone need not be described
            let absent =
                json!({ "properties": { "state": { "const": "absent" } }, "required": ["state"] });
            members.insert("if".to_owned(), absent);
            members.insert("else".to_owned(), json!({ "required": wanted }));
        }
    }
    schema
}
