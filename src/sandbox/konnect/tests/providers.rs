use serde_json::{Value, json};

use super::world::{TOKEN, World, provider_body};

#[tokio::test]
async fn a_provider_never_shows_its_token() {
    let world = World::start().await;
    let body = provider_body(&world.okta.issuer());
    let heard = world.admin("POST", "/v2/dcr-providers", body).await;
    let made = heard.with(201);
    assert_eq!(made["dcr_config"], json!({}));
    assert_eq!(made["active"], json!(false));
    assert!(made.get("display_name").is_none(), "{made}");
    let list = world.admin("GET", "/v2/dcr-providers", Value::Null).await;
    let list = list.with(200).to_string();
    assert!(!list.contains(TOKEN), "{list}");
    let debug = world.state.read(|state| format!("{state:?}"));
    assert!(!debug.contains(TOKEN), "{debug}");
}

#[tokio::test]
async fn everything_wrong_is_named_at_once() {
    let world = World::start().await;
    let body = json!({
        "name": "", "provider_type": "okta", "issuer": "nowhere", "colour": "red",
        "dcr_config": { "token": "x" }, "labels": { "kong-x": "a b" },
    });
    let invalid = world
        .admin("POST", "/v2/dcr-providers", body)
        .await
        .invalid();
    assert_eq!(
        invalid,
        [
            "name: min_length",
            "issuer: invalid",
            "labels.kong-x: is_label",
            "labels.kong-x: matches_regex",
            "colour: unknown_property",
            "dcr_config.dcr_token: required",
            "dcr_config.token: unknown_property",
        ]
    );
    let heard = world.admin("POST", "/v2/dcr-providers", json!({})).await;
    assert_eq!(
        heard.invalid(),
        [
            "provider_type: required",
            "name: required",
            "issuer: required"
        ]
    );
}

#[tokio::test]
async fn a_patch_merges() {
    let world = World::start().await;
    let body = json!({
        "name": "bridge", "provider_type": "http", "issuer": "https://idp.example.com",
        "dcr_config": {
            "dcr_base_url": "https://dcr.example.com", "api_key": "abcdefghijkl",
            "allow_multiple_credentials": true,
        },
        "labels": { "a": "1", "b": "2" },
    });
    let id = world.admin("POST", "/v2/dcr-providers", body).await.id(201);
    let change = json!({
        "name": "bridge2", "labels": { "a": null, "c": "3" },
        "dcr_config": { "disable_event_hooks": true },
    });
    let path = format!("/v2/dcr-providers/{id}");
    let patched = world.admin("PATCH", &path, change).await.with(200);
    assert_eq!(patched["name"], "bridge2");
    assert_eq!(patched["labels"], json!({ "b": "2", "c": "3" }));
    assert_eq!(
        patched["dcr_config"],
        json!({
            "dcr_base_url": "https://dcr.example.com",
            "allow_multiple_credentials": true,
            "disable_event_hooks": true,
        })
    );
    let change = json!({ "provider_type": "okta" });
    let heard = world.admin("PATCH", &path, change).await;
    assert_eq!(heard.invalid(), ["provider_type: unknown_property"]);
}

#[tokio::test]
async fn a_provider_in_use_stays() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let path = format!("/v2/application-auth-strategies/{strategy}");
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    let provider = read["dcr_provider"]["id"].as_str().unwrap();
    let provider = format!("/v2/dcr-providers/{provider}");
    let _ = world
        .admin("DELETE", &provider, Value::Null)
        .await
        .with(409);
    let unlink = json!({ "dcr_provider_id": null });
    let unlinked = world.admin("PATCH", &path, unlink).await.with(200);
    assert_eq!(unlinked["dcr_provider"], Value::Null);
    let _ = world
        .admin("DELETE", &provider, Value::Null)
        .await
        .with(204);
    let _ = world.admin("GET", &provider, Value::Null).await.with(404);
}

#[tokio::test]
async fn verify_asks_the_issuer_with_the_token() {
    let world = World::start().await;
    let id = world.provider().await;
    let path = format!("/v2/dcr-providers/{id}");
    let verify = format!("{path}/verify");
    let good = world.admin("POST", &verify, Value::Null).await.with(200);
    assert_eq!(good, json!({ "status": "success", "errors": [] }));

    let change = json!({ "dcr_config": { "dcr_token": "wrong" } });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let bad = world.admin("POST", &verify, Value::Null).await.with(200);
    assert_eq!(bad["status"], "failed");
    assert_eq!(bad["errors"].as_array().unwrap().len(), 1, "{bad}");

    let change = json!({ "issuer": "http://127.0.0.1:1/oauth2/default" });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let bad = world.admin("POST", &verify, Value::Null).await.with(200);
    assert_eq!(bad["errors"].as_array().unwrap().len(), 2, "{bad}");
}
