use serde_json::json;

use super::super::auth_strategy;
use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

#[test]
fn a_patch_carries_declared_fields_and_all_labels() {
    let live = wire::live(json!({
        "id": "p1", "name": "main", "display_name": "Main", "labels": { "team": "red" },
        "default_application_auth_strategy_id": "s1", "auto_approve_applications": false,
    }));
    let strategy = Value::Id(auth_strategy::NAME, "s1".to_owned());
    assert_eq!(live.field("default_auth_strategy"), &strategy);
    let fields = [
        ("name", Value::text("main")),
        ("auto_approve_applications", Value::Bool(true)),
        (
            "default_auth_strategy",
            Value::Ref(auth_strategy::NAME.at("oidc")),
        ),
    ];
    let bench = Workbench::new(NAME, "main", fields).object(auth_strategy::NAME, "oidc", "s2");
    assert_eq!(
        wire::body(&bench.task(), Some(&live)).expect("all is there"),
        json!({
            "name": "main", "auto_approve_applications": true,
            "default_application_auth_strategy_id": "s2",
            "labels": { "team": "red", "dcrsync-owner": "payments" },
        })
    );
}
