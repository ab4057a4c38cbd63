use serde_json::json;

use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

fn recorded() -> serde_json::Value {
    json!({
        "id": "ocl1", "name": "client_id", "status": "ACTIVE", "claimType": "RESOURCE",
        "valueType": "EXPRESSION", "value": "app.clientId", "conditions": { "scopes": ["a"] },
        "system": false, "alwaysIncludeInToken": true, "unheardOf": 1, "_links": {},
    })
}

#[test]
fn words_are_the_documents() {
    let live = wire::live(recorded(), "aus1");
    assert_eq!(live.field("token"), &Value::text("access"));
    assert_eq!(live.field("value_type"), &Value::text("expression"));
    assert_eq!(live.field("scopes"), &Value::set(["a"]));
    assert_eq!(live.field("active"), &Value::Bool(true));
    let mut identity = recorded();
    identity["claimType"] = json!("IDENTITY");
    identity["status"] = json!("INACTIVE");
    let live = wire::live(identity, "aus1");
    assert_eq!(live.field("token"), &Value::text("id"));
    assert_eq!(live.field("active"), &Value::Bool(false));
}

#[test]
fn a_put_keeps_what_is_not_declared_and_drops_what_okta_fills_in() {
    let fields = [
        ("name", Value::text("client_id")),
        ("token", Value::text("access")),
        ("active", Value::Bool(false)),
    ];
    let bench = Workbench::new(NAME, "default/client_id", fields);
    let live = wire::live(recorded(), "aus1");
    assert_eq!(
        wire::body(&bench.task(), Some(&live)),
        json!({
            "name": "client_id", "status": "INACTIVE", "claimType": "RESOURCE",
            "valueType": "EXPRESSION", "value": "app.clientId", "conditions": { "scopes": ["a"] },
            "alwaysIncludeInToken": true, "unheardOf": 1,
        })
    );
}

#[test]
fn a_post_holds_what_okta_demands() {
    let fields = [
        ("name", Value::text("groups")),
        ("token", Value::text("id")),
        ("value", Value::text("^a")),
        ("value_type", Value::text("groups")),
        ("group_filter", Value::text("starts_with")),
    ];
    let bench = Workbench::new(NAME, "default/groups", fields);
    assert_eq!(
        wire::body(&bench.task(), None),
        json!({
            "name": "groups", "status": "ACTIVE", "claimType": "IDENTITY", "valueType": "GROUPS",
            "value": "^a", "group_filter_type": "STARTS_WITH", "conditions": { "scopes": [] },
        })
    );
}
