use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::{Task, wire};
use crate::plan::Live;

/// Okta's word for every client of the org.
pub(super) const ALL: &str = "ALL_CLIENTS";

/// What Okta fills in by itself.
const READ_ONLY: [&str; 5] = ["id", "system", "_links", "created", "lastUpdated"];

pub(super) fn live(json: Json, server: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(server.to_owned());
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("description", wire::text(&json, "description"));
    fields.insert("clients", wire::set(&json, "/conditions/clients/include"));
    fields.insert("priority", wire::int(&json, "priority"));
    let active = json.get("status").and_then(Json::as_str) != Some("INACTIVE");
    fields.insert("active", Value::Bool(active));
    live.system = json.get("system").and_then(Json::as_bool).unwrap_or(false);
    live.raw = json.into();
    live
}

/// PUT replaces, so the live form is sent back with the declared fields over it.
pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(
        // Okta wants a description and a type although its contract does not say so
        || {
            json!({
                "type": "OAUTH_AUTHORIZATION_POLICY",
                "status": "ACTIVE",
                "description": task.name(),
                "priority": 1,
            })
        },
        |live| live.raw.json(),
    );
    wire::strip(&mut body, &READ_ONLY);
    for (field, value) in &task.desired.fields {
        let (member, value) = match *field {
            "clients" => (
                "conditions",
                json!({ "clients": { "include": value.to_json() } }),
            ),
            "active" => (
                "status",
                if value.as_bool() == Some(false) {
                    "INACTIVE".into()
                } else {
                    "ACTIVE".into()
                },
            ),
            other => (other, value.to_json()),
        };
        wire::put(&mut body, member, value);
    }
    body
}
