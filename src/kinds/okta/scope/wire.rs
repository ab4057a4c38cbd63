use serde_json::{Value as Json, json};

use crate::kinds::{Task, wire};
use crate::plan::Live;

/// What Okta fills in by itself.
const READ_ONLY: [&str; 4] = ["id", "system", "_links", "apiResourceId"];

pub(super) fn live(json: Json, server: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(server.to_owned());
    live.fields.insert("name", wire::text(&json, "name"));
    live.fields
        .insert("description", wire::text(&json, "description"));
    live.fields
        .insert("display_name", wire::text(&json, "displayName"));
    live.fields.insert("consent", wire::lower(&json, "consent"));
    live.fields
        .insert("metadata_publish", wire::lower(&json, "metadataPublish"));
    live.fields
        .insert("default", wire::switch(&json, "default"));
    live.fields
        .insert("optional", wire::switch(&json, "optional"));
    live.system = json.get("system").and_then(Json::as_bool).unwrap_or(false);
    live.raw = json.into();
    live
}

/// PUT replaces, so the live form is sent back with the declared fields over it.
pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(|| json!({}), |live| live.raw.json());
    wire::strip(&mut body, &READ_ONLY);
    for (field, value) in &task.desired.fields {
        let (member, value) = match *field {
            "consent" => ("consent", upper(value.as_text())),
            "metadata_publish" => ("metadataPublish", upper(value.as_text())),
            "display_name" => ("displayName", value.to_json()),
            other => (other, value.to_json()),
        };
        wire::put(&mut body, member, value);
    }
    body
}

fn upper(text: Option<&str>) -> Json {
    text.map_or(Json::Null, |text| text.to_uppercase().into())
}
