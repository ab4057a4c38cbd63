use serde_json::json;

use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

/// As section 5 of the reference shows one, with a member that nobody knows.
fn recorded() -> serde_json::Value {
    json!({
        "id": "00p1", "status": "ACTIVE", "name": "apps", "description": "Apps", "priority": 2,
        "system": false, "conditions": { "clients": { "include": ["ALL_CLIENTS"] } },
        "created": "x", "lastUpdated": "x", "_links": {}, "type": "OAUTH_AUTHORIZATION_POLICY",
        "unheardOf": 1,
    })
}

#[test]
fn a_put_keeps_what_is_not_declared_and_drops_what_okta_fills_in() {
    let fields = [
        ("name", Value::text("apps")),
        ("clients", Value::set(["0oa1"])),
    ];
    let bench = Workbench::new(NAME, "default/apps", fields);
    let live = wire::live(recorded(), "aus1");
    assert_eq!(live.field("clients"), &Value::set(["ALL_CLIENTS"]));
    assert_eq!(
        wire::body(&bench.task(), Some(&live)),
        json!({
            "status": "ACTIVE", "name": "apps", "description": "Apps", "priority": 2,
            "conditions": { "clients": { "include": ["0oa1"] } },
            "type": "OAUTH_AUTHORIZATION_POLICY", "unheardOf": 1,
        })
    );
}

#[test]
fn a_post_has_the_type_and_a_description() {
    let fields = [("name", Value::text("apps")), ("priority", Value::Int(3))];
    let bench = Workbench::new(NAME, "default/apps", fields);
    let body = wire::body(&bench.task(), None);
    assert_eq!(body["type"], "OAUTH_AUTHORIZATION_POLICY");
    assert_eq!(body["description"], "apps");
    assert_eq!(body["priority"], 3);
}
