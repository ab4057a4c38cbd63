use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::{KindError, Task, wire};
use crate::plan::Live;

/// What Okta fills in by itself.
const READ_ONLY: [&str; 5] = ["id", "system", "_links", "created", "lastUpdated"];

/// Okta's defaults for a rule's tokens, in minutes.
const LIFETIMES: [(&str, &str, i64); 3] = [
    ("access_token_minutes", "accessTokenLifetimeMinutes", 60),
    ("refresh_token_minutes", "refreshTokenLifetimeMinutes", 0),
    (
        "refresh_token_window_minutes",
        "refreshTokenWindowMinutes",
        10080,
    ),
];

pub(super) fn live(json: Json, server: &str, policy: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(policy.to_owned());
    let fields = &mut live.fields;
    // the path of a rule needs the server too
    fields.insert("server", Value::Text(server.to_owned()));
    fields.insert("name", wire::text(&json, "name"));
    fields.insert(
        "grant_types",
        wire::set(&json, "/conditions/grantTypes/include"),
    );
    fields.insert("scopes", wire::set(&json, "/conditions/scopes/include"));
    fields.insert(
        "groups",
        wire::set(&json, "/conditions/people/groups/include"),
    );
    fields.insert("priority", wire::int(&json, "priority"));
    let token = json.pointer("/actions/token").unwrap_or(&Json::Null);
    for (field, member, _) in LIFETIMES {
        fields.insert(field, wire::int(token, member));
    }
    let active = json.get("status").and_then(Json::as_str) != Some("INACTIVE");
    fields.insert("active", Value::Bool(active));
    live.system = json.get("system").and_then(Json::as_bool).unwrap_or(false);
    live.raw = json.into();
    live
}

/// The vendor's ids of the rule's server and policy.
pub(super) fn place(task: &Task<'_>, live: Option<&Live>) -> Result<(String, String), KindError> {
    if let Some(live) = live
        && let (Some(server), Some(policy)) = (live.field("server").as_text(), &live.parent)
    {
        return Ok((server.to_owned(), policy.clone()));
    }
    let policy = match &task.desired.parent {
        Some(policy) => task.live(policy)?,
        None => return Err(task.missing("a policy")),
    };
    let server = policy
        .parent
        .clone()
        .ok_or_else(|| task.missing("a server"))?;
    Ok((server, policy.id.clone()))
}

/// PUT replaces, so the live form is sent back with the declared fields over it.
pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(new, |live| live.raw.json());
    wire::strip(&mut body, &READ_ONLY);
    for (field, value) in &task.desired.fields {
        if let Some((_, member, _)) = LIFETIMES.iter().find(|(name, ..)| name == field) {
            if let Some(token) = body.pointer_mut("/actions/token") {
                wire::put(token, member, value.to_json());
            }
            continue;
        }
        let condition = match *field {
            "grant_types" => Some("grantTypes"),
            "scopes" => Some("scopes"),
            _ => None,
        };
        if let Some(member) = condition {
            if let Some(conditions) = body.get_mut("conditions") {
                wire::put(conditions, member, json!({ "include": value.to_json() }));
            }
        } else if *field == "groups" {
            if let Some(conditions) = body.get_mut("conditions") {
                // who is let in or kept out besides is not declared here, and stays
                let mut people = conditions
                    .get("people")
                    .cloned()
                    .unwrap_or_else(|| json!({}));
                let mut groups = people.get("groups").cloned().unwrap_or_else(|| json!({}));
                wire::put(&mut groups, "include", value.to_json());
                wire::put(&mut people, "groups", groups);
                wire::put(conditions, "people", people);
            }
        } else if *field == "active" {
            let status = if value.as_bool() == Some(false) {
                "INACTIVE"
            } else {
                "ACTIVE"
            };
            wire::put(&mut body, "status", status);
        } else {
            wire::put(&mut body, field, value.to_json());
        }
    }
    body
}

fn new() -> Json {
    let mut token = json!({});
    for (_, member, minutes) in LIFETIMES {
        wire::put(&mut token, member, minutes);
    }
    json!({
        "type": "RESOURCE_ACCESS",
        "status": "ACTIVE",
        "priority": 1,
        "conditions": { "people": { "users": {}, "groups": {} } },
        "actions": { "token": token },
    })
}
