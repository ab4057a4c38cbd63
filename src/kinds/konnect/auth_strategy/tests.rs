use serde_json::json;

use super::super::dcr_provider;
use super::{NAME, wire};
use crate::base::Value;
use crate::kinds::workbench::Workbench;

fn recorded() -> serde_json::Value {
    json!({
        "id": "s1", "name": "oidc", "display_name": "Okta", "strategy_type": "openid_connect",
        "configs": { "openid-connect": {
            "issuer": "https://acme.okta.com/oauth2/default", "credential_claim": ["client_id"],
            "scopes": ["a"], "auth_methods": ["bearer"],
        } },
        "dcr_provider": { "id": "p1", "name": "okta", "provider_type": "okta" },
        "labels": { "team": "red" }, "active": false,
    })
}

fn bench() -> Workbench {
    let fields = [
        ("name", Value::text("oidc")),
        ("strategy_type", Value::text("openid_connect")),
        ("dcr_provider", Value::Ref(dcr_provider::NAME.at("okta"))),
        (
            "issuer",
            Value::text("https://acme.okta.com/oauth2/default"),
        ),
        ("scopes", Value::set(["b", "a"])),
        ("auth_methods", Value::set(["bearer"])),
        ("credential_claims", Value::list(["client_id"])),
    ];
    Workbench::new(NAME, "oidc", fields).object(dcr_provider::NAME, "okta", "p2")
}

#[test]
fn the_provider_is_known_by_id() {
    let live = wire::live(recorded());
    let provider = Value::Id(dcr_provider::NAME, "p1".to_owned());
    assert_eq!(live.field("dcr_provider"), &provider);
    assert_eq!(live.field("scopes"), &Value::set(["a"]));
    assert_eq!(live.field("credential_claims"), &Value::list(["client_id"]));
}

#[test]
fn a_patch_never_carries_the_type_and_leaves_undeclared_texts_alone() {
    let live = wire::live(recorded());
    let body = wire::body(&bench().task(), Some(&live)).expect("all is there");
    assert_eq!(
        body,
        json!({
            "name": "oidc", "dcr_provider_id": "p2",
            "configs": { "openid-connect": {
                "issuer": "https://acme.okta.com/oauth2/default", "credential_claim": ["client_id"],
                "scopes": ["a", "b"], "auth_methods": ["bearer"],
            } },
            "labels": { "team": "red", "dcrsync-owner": "payments" },
        })
    );
}

#[test]
fn a_post_carries_the_type_and_a_display_name() {
    let body = wire::body(&bench().task(), None).expect("all is there");
    assert_eq!(body["strategy_type"], "openid_connect");
    assert_eq!(body["display_name"], "oidc");
}

#[test]
fn a_provider_that_is_not_there_is_an_error() {
    let fields = [
        ("name", Value::text("oidc")),
        ("strategy_type", Value::text("openid_connect")),
        ("dcr_provider", Value::Ref(dcr_provider::NAME.at("okta"))),
    ];
    let bench = Workbench::new(NAME, "oidc", fields);
    let error = wire::body(&bench.task(), None).expect_err("nothing has that address");
    assert!(
        error.to_string().contains("konnect.dcr_provider.okta"),
        "{error}"
    );
}
