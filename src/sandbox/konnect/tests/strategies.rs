use serde_json::{Value, json};

use super::world::{World, strategy_body};

const PATH: &str = "/v2/application-auth-strategies";

#[tokio::test]
async fn the_obsolete_type_is_refused_by_name() {
    let world = World::start().await;
    let mut body = strategy_body(&world.okta.issuer(), &world.provider().await);
    body["strategy_type"] = json!("okta");
    let refused = world.admin("POST", PATH, body).await.with(400);
    let invalid = refused["invalid_parameters"].as_array().unwrap();
    assert_eq!(invalid.len(), 1, "{refused}");
    assert_eq!(invalid[0]["field"], "strategy_type");
    assert_eq!(invalid[0]["rule"], "enum");
    assert_eq!(invalid[0]["choices"], json!(["key_auth", "openid_connect"]));
}

#[tokio::test]
async fn a_strategy_reads_back_with_its_provider() {
    let world = World::start().await;
    let provider = world.provider().await;
    let mut body = strategy_body(&world.okta.issuer(), &provider);
    body["configs"]["openid-connect"]["cache_tokens"] = json!(false);
    let made = world.admin("POST", PATH, body.clone()).await.with(201);
    assert_eq!(made["dcr_provider"]["id"], json!(provider));
    assert_eq!(made["dcr_provider"]["name"], "DCR Okta");
    assert!(made.get("dcr_provider_id").is_none(), "{made}");
    assert_eq!(made["configs"], body["configs"]);
    assert_eq!(made["active"], json!(false));
}

#[tokio::test]
async fn misplaced_and_wrong_settings_are_named() {
    let world = World::start().await;
    let mut body = strategy_body(&world.okta.issuer(), &world.provider().await);
    let config = &mut body["configs"]["openid-connect"];
    config["labels"] = json!({});
    config["scopes"] = json!(["a", 7]);
    config["credential_claim"] = Value::Null;
    config.as_object_mut().unwrap().remove("auth_methods");
    let heard = world.admin("POST", PATH, body).await;
    assert_eq!(
        heard.invalid(),
        [
            "configs.openid-connect.credential_claim: is_array",
            "configs.openid-connect.scopes[1]: is_string",
            "configs.openid-connect.auth_methods: required",
            "configs.openid-connect.labels: invalid",
        ]
    );
    let body = json!({
        "name": "keys", "display_name": "", "strategy_type": "key_auth",
        "configs": { "key-auth": { "ttl": null } },
    });
    let heard = world.admin("POST", PATH, body).await;
    assert_eq!(heard.invalid(), ["configs.key-auth.ttl: is_object"]);
}

#[tokio::test]
async fn a_patch_of_a_config_keeps_what_it_does_not_name() {
    let world = World::start().await;
    let path = format!("{PATH}/{}", world.strategy().await);
    let change = json!({ "configs": { "openid-connect": { "scopes": ["orders.read"] } } });
    let patched = world.admin("PATCH", &path, change).await.with(200);
    let config = &patched["configs"]["openid-connect"];
    assert_eq!(config["scopes"], json!(["orders.read"]));
    assert_eq!(config["credential_claim"], json!(["client_id"]));
    let change = json!({ "configs": { "key-auth": {} } });
    let heard = world.admin("PATCH", &path, change).await;
    assert_eq!(
        heard.invalid(),
        [
            "configs.openid-connect: required",
            "configs.key-auth: unknown_property"
        ]
    );
}

#[tokio::test]
async fn a_published_strategy_stays() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let path = format!("{PATH}/{strategy}");
    world.publish(&strategy, true).await;
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(read["active"], json!(true));
    let _ = world.admin("DELETE", &path, Value::Null).await.with(409);
    let (portal, _, api) = world.seeded().await;
    let publication = format!("/v3/apis/{api}/publications/{portal}");
    let _ = world
        .admin("DELETE", &publication, Value::Null)
        .await
        .with(204);
    let _ = world.admin("DELETE", &path, Value::Null).await.with(204);
}

#[tokio::test]
async fn a_put_replaces_or_makes() {
    let world = World::start().await;
    let path = format!("{PATH}/{}", world.strategy().await);
    let mut body = strategy_body(&world.okta.issuer(), "");
    body.as_object_mut().unwrap().remove("dcr_provider_id");
    let put = world.admin("PUT", &path, body.clone()).await.with(200);
    assert_eq!(put["dcr_provider"], Value::Null);
    let other = format!("{PATH}/7d0f9f0a-5d0c-4d8a-9a50-1f1f5b1a2c3d");
    let made = world.admin("PUT", &other, body).await.with(201);
    assert_eq!(made["id"], "7d0f9f0a-5d0c-4d8a-9a50-1f1f5b1a2c3d");
}
