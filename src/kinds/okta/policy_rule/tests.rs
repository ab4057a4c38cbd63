use serde_json::json;

use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

/// As section 5 of the reference shows one, with people that the document cannot name.
fn recorded() -> serde_json::Value {
    json!({
        "id": "0pr1", "status": "ACTIVE", "name": "machines", "priority": 1, "created": "x",
        "lastUpdated": "x", "system": false,
        "conditions": {
            "people": { "users": { "include": ["00u1"], "exclude": [] }, "groups": { "include": [] } },
            "grantTypes": { "include": ["client_credentials"] },
            "scopes": { "include": ["a"] },
        },
        "actions": { "token": {
            "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0,
            "refreshTokenWindowMinutes": 10080, "inlineHook": { "id": "cal1" },
        } },
        "_links": {}, "type": "RESOURCE_ACCESS",
    })
}

#[test]
fn a_put_keeps_what_is_not_declared_and_drops_what_okta_fills_in() {
    let fields = [
        ("name", Value::text("machines")),
        ("scopes", Value::set(["a", "b"])),
        ("groups", Value::set(["EVERYONE"])),
        ("access_token_minutes", Value::Int(30)),
    ];
    let bench = Workbench::new(NAME, "default/apps/machines", fields);
    let live = wire::live(recorded(), "aus1", "00p1");
    assert_eq!(
        live.field("grant_types"),
        &Value::set(["client_credentials"])
    );
    assert_eq!(live.field("access_token_minutes"), &Value::Int(60));
    assert_eq!(
        wire::body(&bench.task(), Some(&live)),
        json!({
            "status": "ACTIVE", "name": "machines", "priority": 1,
            "conditions": {
                "people": {
                    "users": { "include": ["00u1"], "exclude": [] },
                    "groups": { "include": ["EVERYONE"] },
                },
                "grantTypes": { "include": ["client_credentials"] },
                "scopes": { "include": ["a", "b"] },
            },
            "actions": { "token": {
                "accessTokenLifetimeMinutes": 30, "refreshTokenLifetimeMinutes": 0,
                "refreshTokenWindowMinutes": 10080, "inlineHook": { "id": "cal1" },
            } },
            "type": "RESOURCE_ACCESS",
        })
    );
}

#[test]
fn a_post_has_the_type_and_lifetimes() {
    let fields = [
        ("name", Value::text("machines")),
        ("grant_types", Value::set(["password"])),
    ];
    let bench = Workbench::new(NAME, "default/apps/machines", fields);
    let body = wire::body(&bench.task(), None);
    assert_eq!(body["type"], "RESOURCE_ACCESS");
    assert_eq!(
        body["conditions"]["grantTypes"]["include"],
        json!(["password"])
    );
    assert_eq!(body["actions"]["token"]["accessTokenLifetimeMinutes"], 60);
}
