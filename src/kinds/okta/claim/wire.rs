use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::{Task, wire};
use crate::plan::Live;

/// What Okta fills in by itself.
const READ_ONLY: [&str; 4] = ["id", "system", "_links", "apiResourceId"];

pub(super) fn live(json: Json, server: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(server.to_owned());
    let identity = json.get("claimType").and_then(Json::as_str) == Some("IDENTITY");
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("token", Value::text(if identity { "id" } else { "access" }));
    fields.insert("value", wire::text(&json, "value"));
    fields.insert("value_type", wire::lower(&json, "valueType"));
    fields.insert("group_filter", wire::lower(&json, "group_filter_type"));
    fields.insert("scopes", wire::set(&json, "/conditions/scopes"));
    fields.insert(
        "always_include",
        wire::switch(&json, "alwaysIncludeInToken"),
    );
    let active = json.get("status").and_then(Json::as_str) != Some("INACTIVE");
    fields.insert("active", Value::Bool(active));
    live.system = json.get("system").and_then(Json::as_bool).unwrap_or(false);
    live.raw = json.into();
    live
}

/// PUT replaces, so the live form is sent back with the declared fields over it.
pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(
        || json!({ "status": "ACTIVE", "valueType": "EXPRESSION", "conditions": { "scopes": [] } }),
        |live| live.raw.json(),
    );
    wire::strip(&mut body, &READ_ONLY);
    for (field, value) in &task.desired.fields {
        let upper = || {
            value
                .as_text()
                .map_or(Json::Null, |text| text.to_uppercase().into())
        };
        let (member, value) = match *field {
            "token" => (
                "claimType",
                if value.as_text() == Some("id") {
                    "IDENTITY".into()
                } else {
                    "RESOURCE".into()
                },
            ),
            "value_type" => ("valueType", upper()),
            "group_filter" => ("group_filter_type", upper()),
            "scopes" => ("conditions", json!({ "scopes": value.to_json() })),
            "always_include" => ("alwaysIncludeInToken", value.to_json()),
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
