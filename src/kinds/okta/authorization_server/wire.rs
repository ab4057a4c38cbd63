use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::{Task, wire};
use crate::plan::Live;
use crate::vendor::path;

pub(super) const PATH: [&str; 3] = ["api", "v1", "authorizationServers"];

/// What Okta fills in by itself.
const READ_ONLY: [&str; 7] = [
    "id",
    "created",
    "lastUpdated",
    "_links",
    "default",
    "status",
    "issuer",
];

/// What Okta fills in below `credentials.signing`; another key is its own to take.
const KEY_READ_ONLY: [&str; 3] = ["kid", "lastRotated", "nextRotation"];

/// The path of something below a server.
pub(in crate::kinds::okta) fn at(server: &str, below: &[&str]) -> String {
    let mut segments = PATH.to_vec();
    segments.push(server);
    segments.extend(below);
    path(&segments)
}

pub(super) fn live(json: Json) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.fields.insert("name", wire::text(&json, "name"));
    live.fields
        .insert("description", wire::text(&json, "description"));
    live.fields
        .insert("audiences", wire::set(&json, "/audiences"));
    live.fields.insert("issuer", wire::text(&json, "issuer"));
    live.fields
        .insert("issuer_mode", wire::lower(&json, "issuerMode"));
    live.system = json.get("default").and_then(Json::as_bool).unwrap_or(false);
    live.raw = json.into();
    live
}

/// PUT replaces, so the live form is sent back with the declared fields over it.
pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(|| json!({}), |live| live.raw.json());
    wire::strip(&mut body, &READ_ONLY);
    if let Some(signing) = body.pointer_mut("/credentials/signing") {
        wire::strip(signing, &KEY_READ_ONLY);
    }
    wire::put(&mut body, "name", task.name());
    let desired = task.desired;
    if let Some(description) = desired.fields.get("description") {
        wire::put(&mut body, "description", description.to_json());
    }
    match desired.fields.get("audiences") {
        Some(audiences) => wire::put(&mut body, "audiences", audiences.to_json()),
        None if live.is_none() => {
            wire::put(
                &mut body,
                "audiences",
                json!([format!("api://{}", task.name())]),
            );
        }
        None => {}
    }
    if let Some(Value::Text(mode)) = desired.fields.get("issuer_mode") {
        wire::put(&mut body, "issuerMode", mode.to_uppercase());
    }
    body
}
