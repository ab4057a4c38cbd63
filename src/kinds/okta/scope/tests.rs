use serde_json::json;

use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

/// As section 2 of the reference shows one, with a member that nobody knows.
fn recorded() -> serde_json::Value {
    json!({
        "id": "scp1", "name": "orders.read", "displayName": "Orders", "description": "",
        "system": false, "metadataPublish": "NO_CLIENTS", "consent": "IMPLICIT",
        "optional": false, "default": false, "unheardOf": { "of": 1 },
        "_links": { "self": { "href": "https://acme.okta.com/x" } },
    })
}

#[test]
fn words_are_the_documents() {
    let live = wire::live(recorded(), "aus1");
    assert_eq!(live.parent.as_deref(), Some("aus1"));
    assert_eq!(live.field("consent"), &Value::text("implicit"));
    assert_eq!(live.field("metadata_publish"), &Value::text("no_clients"));
    assert_eq!(live.field("description"), &Value::Null);
    assert_eq!(live.field("default"), &Value::Bool(false));
    assert!(!live.system);
}

#[test]
fn a_put_keeps_what_is_not_declared_and_drops_what_okta_fills_in() {
    let fields = [
        ("name", Value::text("orders.read")),
        ("consent", Value::text("required")),
    ];
    let bench = Workbench::new(NAME, "default/orders.read", fields);
    let live = wire::live(recorded(), "aus1");
    assert_eq!(
        wire::body(&bench.task(), Some(&live)),
        json!({
            "name": "orders.read", "displayName": "Orders", "description": "",
            "metadataPublish": "NO_CLIENTS", "consent": "REQUIRED",
            "optional": false, "default": false, "unheardOf": { "of": 1 },
        })
    );
}

#[test]
fn a_post_holds_only_what_is_declared() {
    let fields = [("name", Value::text("a")), ("display_name", Value::Null)];
    let bench = Workbench::new(NAME, "default/a", fields);
    let body = wire::body(&bench.task(), None);
    assert_eq!(body, json!({ "name": "a", "displayName": null }));
}
