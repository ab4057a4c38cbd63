use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};

use crate::sandbox::konnect::tests::world::{Heard, World};

/// A world with an application; gives its id, client id and secret.
async fn ready(auto_approve: bool) -> (World, String, String, String) {
    let world = World::start().await;
    let strategy = world.strategy().await;
    world.publish(&strategy, auto_approve).await;
    let cookie = world.log_in("dev@example.com", "sandbox").await;
    let body = json!({ "name": "mobile", "auth_strategy_id": strategy });
    let made = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .with(201);
    let text = |key: &str| made[key].as_str().unwrap().to_owned();
    let (app, client, secret) = (text("id"), text("client_id"), text("client_secret"));
    (world, app, client, secret)
}

async fn register(world: &World, app: &str) -> String {
    let (_, _, api) = world.seeded().await;
    let cookie = world.log_in("dev@example.com", "sandbox").await;
    let path = format!("/applications/{app}/registrations");
    let made = world
        .portal(&cookie, "POST", &path, json!({ "api_id": api }))
        .await;
    made.id(201)
}

async fn call(world: &World, authorization: &str) -> Heard {
    let url = format!("{}/orders/17", world.origins.gateway);
    world
        .ask(
            "GET",
            &url,
            &[("authorization", authorization)],
            Value::Null,
        )
        .await
}

fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

#[tokio::test]
async fn who_is_registered_and_approved_gets_in() {
    let (world, app, client, secret) = ready(true).await;
    let _ = call(&world, &basic(&client, &secret)).await.with(403);
    register(&world, &app).await;
    let good = call(&world, &basic(&client, &secret)).await.with(200);
    assert_eq!(good["application"]["id"], json!(app));
    assert_eq!(good["api"]["name"], "orders");
    let token = world.okta.token(&client, 60);
    let _ = call(&world, &format!("Bearer {token}")).await.with(200);
}

#[tokio::test]
async fn wrong_credentials_are_challenged() {
    let (world, app, client, secret) = ready(true).await;
    register(&world, &app).await;
    let expired = world.okta.token(&client, -10);
    let mut forged = world.okta.token(&client, 60);
    forged.replace_range(forged.len() - 6.., "AAAAAA");
    let unsigned = "eyJhbGciOiJub25lIn0.eyJjbGllbnRfaWQiOiJ4In0.";
    for authorization in [
        basic(&client, "wrong"),
        basic("nobody", &secret),
        // what the tutorial prints, sent as it stands
        format!("Basic {client}:{secret}"),
        format!("Bearer {expired}"),
        format!("Bearer {forged}"),
        format!("Bearer {unsigned}"),
        "Digest x".to_owned(),
    ] {
        let heard = call(&world, &authorization).await;
        assert_eq!(heard.status, 401, "{authorization}");
        assert!(heard.challenge.is_some(), "{authorization}");
    }
    let url = format!("{}/orders", world.origins.gateway);
    let _ = world.ask("GET", &url, &[], Value::Null).await.with(401);
    let url = format!("{}/nowhere", world.origins.gateway);
    let _ = world.ask("GET", &url, &[], Value::Null).await.with(404);
}

#[tokio::test]
async fn a_pending_or_revoked_registration_is_forbidden() {
    let (world, app, client, secret) = ready(false).await;
    let (portal, _, _) = world.seeded().await;
    let registration = register(&world, &app).await;
    let path = format!("/v3/portals/{portal}/applications/{app}/registrations/{registration}");
    for (status, wanted) in [("pending", 403), ("approved", 200), ("revoked", 403)] {
        let _ = world
            .admin("PATCH", &path, json!({ "status": status }))
            .await
            .with(200);
        let heard = call(&world, &basic(&client, &secret)).await;
        assert_eq!(heard.status, wanted, "{status}");
    }
}

#[tokio::test]
async fn only_the_methods_of_the_strategy_count() {
    let (world, app, client, secret) = ready(true).await;
    register(&world, &app).await;
    let list = world.admin(
        "GET",
        "/v2/application-auth-strategies?filter[strategy_type][eq]=openid_connect",
        Value::Null,
    );
    let id = list.await.with(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v2/application-auth-strategies/{id}");
    let change = json!({ "configs": { "openid-connect": { "auth_methods": ["bearer"] } } });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let _ = call(&world, &basic(&client, &secret)).await.with(401);
    let token = world.okta.token(&client, 60);
    let _ = call(&world, &format!("Bearer {token}")).await.with(200);
    // a claim that the token has not
    let change = json!({ "configs": { "openid-connect": { "credential_claim": ["absent"] } } });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let _ = call(&world, &format!("Bearer {token}")).await.with(403);
}

#[tokio::test]
async fn keys_open_a_key_auth_api() {
    let world = World::start().await;
    let (portal, _, api) = world.seeded().await;
    let path = format!("/v3/apis/{api}/publications/{portal}");
    let body = json!({ "auto_approve_registrations": true });
    let _ = world.admin("PUT", &path, body).await.with(200);
    let cookie = world.log_in("dev@example.com", "sandbox").await;
    let body = json!({ "name": "keys" });
    let app = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .id(201);
    register(&world, &app).await;
    let path = format!("/applications/{app}/credentials");
    let made = world
        .portal(&cookie, "POST", &path, json!({ "display_name": "k" }))
        .await;
    let made = made.with(201);
    let key = made["credential"].as_str().unwrap();
    let url = format!("{}/orders", world.origins.gateway);
    let _ = world
        .ask("GET", &url, &[("apikey", key)], Value::Null)
        .await
        .with(200);
    let in_query = format!("{url}?apikey={key}");
    let _ = world
        .ask("GET", &in_query, &[], Value::Null)
        .await
        .with(200);
    let _ = world
        .ask("GET", &url, &[("apikey", "wrong")], Value::Null)
        .await
        .with(401);
    let path = format!("{path}/{}", made["id"].as_str().unwrap());
    let _ = world
        .portal(&cookie, "DELETE", &path, Value::Null)
        .await
        .with(204);
    let _ = world
        .ask("GET", &url, &[("apikey", key)], Value::Null)
        .await
        .with(401);
}

#[tokio::test]
async fn an_issuer_out_of_reach_is_an_error_of_the_gateway() {
    let (world, _, client, secret) = ready(true).await;
    let list = world.admin(
        "GET",
        "/v2/application-auth-strategies?filter[strategy_type][eq]=openid_connect",
        Value::Null,
    );
    let id = list.await.with(200)["data"][0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v2/application-auth-strategies/{id}");
    let change = json!({ "configs": { "openid-connect": { "issuer": "http://127.0.0.1:1" } } });
    let _ = world.admin("PATCH", &path, change).await.with(200);
    let _ = call(&world, &basic(&client, &secret)).await.with(500);
}
