use serde_json::{Value as Json, json};

use crate::kinds::konnect::labels;
use crate::kinds::{KindError, Task, okta, wire};
use crate::plan::Live;

pub(super) const PATH: [&str; 2] = ["v2", "dcr-providers"];

/// The document's field, Konnect's member of `dcr_config`.
const CONFIG: [(&str, &str); 7] = [
    ("client_id", "initial_client_id"),
    ("audience", "initial_client_audience"),
    (
        "use_developer_managed_scopes",
        "use_developer_managed_scopes",
    ),
    ("base_url", "dcr_base_url"),
    ("disable_event_hooks", "disable_event_hooks"),
    ("disable_refresh_secret", "disable_refresh_secret"),
    ("allow_multiple_credentials", "allow_multiple_credentials"),
];

/// The document's field, Konnect's member that is never told again.
const SECRETS: [(&str, &str); 3] = [
    ("dcr_token", "dcr_token"),
    ("client_secret", "initial_client_secret"),
    ("api_key", "api_key"),
];

pub(super) fn live(json: Json) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("type", wire::text(&json, "provider_type"));
    fields.insert("display_name", wire::text(&json, "display_name"));
    fields.insert("issuer", wire::text(&json, "issuer"));
    let config = json.get("dcr_config").unwrap_or(&Json::Null);
    for (field, member) in CONFIG {
        let value = match field {
            "client_id" | "audience" | "base_url" => wire::text(config, member),
            _ => wire::switch(config, member),
        };
        fields.insert(field, value);
    }
    for (field, _) in SECRETS {
        fields.insert(field, labels::fingerprint(&json));
    }
    live.leans
        .extend(okta::authorization_server::id_of_issuer(&live));
    labels::read(&json, &mut live);
    live.raw = json.into();
    live
}

pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Result<Json, KindError> {
    let mut body = json!({});
    let mut config = json!({});
    for (field, value) in &task.desired.fields {
        if let Some((_, member)) = CONFIG.iter().find(|(name, _)| name == field) {
            wire::put(&mut config, member, value.to_json());
        } else if let Some((_, member)) = SECRETS.iter().find(|(name, _)| name == field) {
            // the secret travels only when it is new, so that an update of a text cannot break it
            if live.is_none() || task.changes(field) {
                wire::put(&mut config, member, task.secret(field)?.expose());
            }
        } else {
            match *field {
                "type" if live.is_none() => wire::put(&mut body, "provider_type", value.to_json()),
                "name" | "display_name" | "issuer" => wire::put(&mut body, field, value.to_json()),
                _ => {}
            }
        }
    }
    let empty = config.as_object().is_none_or(serde_json::Map::is_empty);
    if live.is_none() || !empty {
        wire::put(&mut body, "dcr_config", config);
    }
    wire::put(&mut body, "labels", labels::write(task, live));
    Ok(body)
}
