use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::{Task, wire};
use crate::plan::{Live, Owner};
use crate::vendor::path;

pub(super) const PATH: [&str; 3] = ["api", "v1", "apps"];

/// The member of an app's `profile`, which is free to its owner, that holds the owner mark.
const OWNER: &str = "dcrsync_owner";

/// What Okta fills in by itself.
const READ_ONLY: [&str; 8] = [
    "id",
    "orn",
    "created",
    "lastUpdated",
    "_links",
    "status",
    "features",
    "universalLogout",
];

/// The same below `settings`.
const SETTINGS_READ_ONLY: [&str; 1] = ["emOptInStatus"];

/// The path of an app, or of something below it.
pub(super) fn at(app: &str, below: &[&str]) -> String {
    let mut segments = PATH.to_vec();
    segments.push(app);
    segments.extend(below);
    path(&segments)
}

pub(super) fn live(mut json: Json) -> Live {
    // a secret that came with the answer has been kept already and must not live on here
    if let Some(client) = json.pointer_mut("/credentials/oauthClient") {
        wire::strip(client, &["client_secret"]);
    }
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    let client = json
        .pointer("/credentials/oauthClient")
        .unwrap_or(&Json::Null);
    live.fields
        .insert("client_id", wire::text(client, "client_id"));
    live.fields.insert("name", wire::text(&json, "label"));
    live.fields.insert(
        "grant_types",
        wire::set(&json, "/settings/oauthClient/grant_types"),
    );
    let active = json.get("status").and_then(Json::as_str) == Some("ACTIVE");
    live.fields.insert("active", Value::Bool(active));
    live.owner = json
        .pointer(&format!("/profile/{OWNER}"))
        .and_then(Json::as_str)
        .map(|name| Owner::Document(name.to_owned()));
    live.raw = json.into();
    live
}

/// Tells whether a client carries the mark of this document.
pub(super) fn is_ours(task: &Task<'_>, live: &Live) -> bool {
    live.owner == Some(Owner::Document(task.document.to_owned()))
}

pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Json {
    let mut body = live.map_or_else(new, |live| live.raw.json());
    wire::strip(&mut body, &READ_ONLY);
    if let Some(settings) = body.get_mut("settings") {
        wire::strip(settings, &SETTINGS_READ_ONLY);
    }
    // Okta answers null for what is not set, and says of none of them that it may be null
    wire::drop_nulls(&mut body);
    wire::put(&mut body, "label", task.name());
    if !body.get("profile").is_some_and(Json::is_object) {
        wire::put(&mut body, "profile", json!({}));
    }
    if let Some(profile) = body.get_mut("profile") {
        wire::put(profile, OWNER, task.document);
    }
    if let Some(grants) = task.desired.fields.get("grant_types")
        && let Some(client) = body.pointer_mut("/settings/oauthClient")
    {
        wire::put(client, "grant_types", grants.to_json());
    }
    body
}

fn new() -> Json {
    json!({
        "name": "oidc_client",
        "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": { "token_endpoint_auth_method": "client_secret_basic" } },
        "settings": { "oauthClient": {
            "application_type": "service",
            "grant_types": ["client_credentials"],
            "response_types": ["token"],
        } },
    })
}
