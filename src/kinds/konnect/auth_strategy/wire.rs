use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::konnect::{dcr_provider, labels};
use crate::kinds::{KindError, Task, okta, wire};
use crate::plan::Live;

pub(super) const PATH: [&str; 2] = ["v2", "application-auth-strategies"];

pub(super) fn live(json: Json) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("strategy_type", wire::text(&json, "strategy_type"));
    fields.insert("display_name", wire::text(&json, "display_name"));
    let provider = json.pointer("/dcr_provider/id").and_then(Json::as_str);
    fields.insert(
        "dcr_provider",
        provider.map_or(Value::Null, |id| {
            Value::Id(dcr_provider::NAME, id.to_owned())
        }),
    );
    if let Some(config) = json.pointer("/configs/openid-connect") {
        fields.insert("issuer", wire::text(config, "issuer"));
        fields.insert("scopes", wire::set(config, "/scopes"));
        fields.insert("auth_methods", wire::set(config, "/auth_methods"));
        fields.insert(
            "credential_claims",
            Value::list(wire::strings(config, "/credential_claim")),
        );
    }
    if let Some(config) = json.pointer("/configs/key-auth") {
        fields.insert("key_names", wire::set(config, "/key_names"));
    }
    live.leans
        .extend(okta::authorization_server::id_of_issuer(&live));
    labels::read(&json, &mut live);
    live.raw = json.into();
    live
}

pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Result<Json, KindError> {
    let desired = task.desired;
    let mut body = json!({ "name": task.name() });
    let display = desired
        .fields
        .get("display_name")
        .map_or_else(|| json!(task.name()), Value::to_json);
    if live.is_none() || desired.fields.contains_key("display_name") {
        wire::put(&mut body, "display_name", display);
    }
    if live.is_none() {
        wire::put(
            &mut body,
            "strategy_type",
            desired.field("strategy_type").to_json(),
        );
    }
    let openid = desired.field("strategy_type").as_text() == Some(super::OPENID_CONNECT);
    if openid {
        if desired.fields.contains_key("dcr_provider") {
            wire::put(&mut body, "dcr_provider_id", task.ref_id("dcr_provider")?);
        }
        // whether a PATCH keeps members that are left out is not documented: all four are sent
        let config = json!({
            "issuer": desired.field("issuer").to_json(),
            "credential_claim": desired.field("credential_claims").to_json(),
            "scopes": desired.field("scopes").to_json(),
            "auth_methods": desired.field("auth_methods").to_json(),
        });
        wire::put(&mut body, "configs", json!({ "openid-connect": config }));
    } else {
        let mut config = json!({});
        if let Some(names) = desired.fields.get("key_names") {
            wire::put(&mut config, "key_names", names.to_json());
        }
        wire::put(&mut body, "configs", json!({ "key-auth": config }));
    }
    wire::put(&mut body, "labels", labels::write(task, live));
    Ok(body)
}
