//! The published schema is the one that documents are held to, and it explains itself.

use dcrsync::config::shape;
use dcrsync::engine::schema;
use serde_json::Value as Json;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/schema/dcrsync.schema.json");

#[test]
fn the_published_schema_is_up_to_date() {
    let text = serde_json::to_string_pretty(&schema()).expect("a JSON value has a text") + "\n";
    if std::env::var_os("DCRSYNC_BLESS").is_some() {
        std::fs::write(PATH, &text).expect("the schema can be written");
    }
    let published = std::fs::read_to_string(PATH).unwrap_or_default();
    assert!(
        published == text,
        "schema/dcrsync.schema.json is out of date; renew it with `DCRSYNC_BLESS=1 cargo test --test schema` \
         and look at the difference"
    );
}

#[test]
fn nothing_in_it_goes_unchecked() {
    assert_eq!(shape::unsupported(&schema()), [""; 0]);
}

#[test]
fn each_field_is_described() {
    let mut bare = Vec::new();
    fields(&schema(), "", &mut |at, field| {
        let description = field.get("description").and_then(Json::as_str);
        if !description.is_some_and(|text| text.ends_with('.')) {
            bare.push(at.to_owned());
        }
    });
    assert_eq!(bare, [""; 0], "these have no sentence that describes them");
}

#[test]
fn only_entries_and_sections_may_be_empty() {
    let mut nullable = Vec::new();
    fields(&schema(), "", &mut |at, field| {
        let types = field.get("type").and_then(Json::as_array);
        if types.into_iter().flatten().any(|name| name == "null") {
            nullable.push(at.rsplit('/').next().unwrap_or_default().to_owned());
        }
    });
    nullable.sort();
    assert_eq!(
        nullable,
        [
            "apps",
            "auth_strategies",
            "authorization_servers",
            "claims",
            "dcr_providers",
            "policies",
            "portals",
            "publications",
            "rules",
            "scopes"
        ]
    );
}

/// Calls `visit` for each field of each mapping, with the way to it.
fn fields(schema: &Json, at: &str, visit: &mut impl FnMut(&str, &Json)) {
    let Json::Object(object) = schema else {
        return;
    };
    for (keyword, value) in object {
        let at = format!("{at}/{keyword}");
        match (keyword.as_str(), value) {
            ("properties", Json::Object(inner)) => {
                for (name, field) in inner {
                    let at = format!("{at}/{name}");
                    // the condition of an entry repeats a field that is described above
                    if !at.contains("/if/") {
                        visit(&at, field);
                    }
                    fields(field, &at, visit);
                }
            }
            (_, Json::Array(inner)) => {
                for (number, inner) in inner.iter().enumerate() {
                    fields(inner, &format!("{at}/{number}"), visit);
                }
            }
            (_, Json::Object(inner)) if keyword == "$defs" => {
                for (name, inner) in inner {
                    fields(inner, &format!("{at}/{name}"), visit);
                }
            }
            _ => fields(value, &at, visit),
        }
    }
}
