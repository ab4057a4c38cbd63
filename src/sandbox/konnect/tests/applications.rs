use std::sync::{Arc, Mutex};

use serde_json::{Value, json};

use super::world::World;

async fn create(world: &World, extra: Value) -> super::world::Heard {
    let (portal, developer, _) = world.seeded().await;
    let mut body = json!({ "name": "app", "owner": { "type": "developer", "id": developer } });
    for (key, value) in extra.as_object().unwrap() {
        body[key] = value.clone();
    }
    let path = format!("/v3/portals/{portal}/applications");
    world.admin("POST", &path, body).await
}

#[tokio::test]
async fn an_application_is_registered_and_unregistered_at_okta() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let made = create(&world, json!({ "auth_strategy_id": strategy }))
        .await
        .with(201);
    let client_id = made["client_id"].as_str().unwrap();
    let client = world.okta.client(client_id).expect("the client is at Okta");
    assert_eq!(client.registered_as["client_name"], "app");
    assert_eq!(client.registered_as["application_type"], "service");
    assert_eq!(
        client.registered_as["grant_types"],
        json!(["client_credentials"])
    );
    assert!(
        !made.to_string().contains(&client.secrets[0].value),
        "{made}"
    );
    assert_eq!(
        made["auth_strategy"]["credential_type"],
        "client_credentials"
    );

    let (portal, _, _) = world.seeded().await;
    let path = format!(
        "/v3/portals/{portal}/applications/{}",
        made["id"].as_str().unwrap()
    );
    let list = world
        .admin("GET", &format!("{path}/credentials"), Value::Null)
        .await;
    let list = list.with(200);
    assert_eq!(list["data"][0]["id"], json!(client.secrets[0].id));
    assert!(
        !list.to_string().contains(&client.secrets[0].value),
        "{list}"
    );
    let strategy = format!("/v2/application-auth-strategies/{strategy}");
    let _ = world
        .admin("DELETE", &strategy, Value::Null)
        .await
        .with(409);

    let _ = world.admin("DELETE", &path, Value::Null).await.with(204);
    assert!(world.okta.client(client_id).is_none());
}

#[tokio::test]
async fn a_linked_client_is_neither_made_nor_deleted() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let extra = json!({ "auth_strategy_id": strategy, "dcr_client_id": "0oa-mine" });
    let made = create(&world, extra.clone()).await.with(201);
    assert_eq!(made["client_id"], "0oa-mine");
    assert!(world.okta.clients.lock().unwrap().is_empty());
    let _ = create(&world, extra).await.with(409);
    let extra = json!({ "auth_strategy_id": strategy, "client_id": "mine" });
    assert_eq!(
        create(&world, extra).await.invalid(),
        ["client_id: invalid"]
    );
}

#[tokio::test]
async fn a_refusal_of_okta_leaves_nothing_behind() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let extra = json!({ "auth_strategy_id": strategy, "name": "refused" });
    let refused = create(&world, extra).await.with(400);
    assert!(
        refused["detail"].as_str().unwrap().contains("not that"),
        "{refused}"
    );
    let (portal, _, _) = world.seeded().await;
    let path = format!("/v3/portals/{portal}/applications");
    let list = world.admin("GET", &path, Value::Null).await.with(200);
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn an_absent_okta_is_a_bad_gateway_and_the_application_stays() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let made = create(&world, json!({ "auth_strategy_id": strategy }))
        .await
        .id(201);
    let path = format!("/v2/application-auth-strategies/{strategy}");
    let read = world.admin("GET", &path, Value::Null).await.with(200);
    let provider = read["dcr_provider"]["id"].as_str().unwrap();
    let away = json!({ "issuer": "http://127.0.0.1:1" });
    let path = format!("/v2/dcr-providers/{provider}");
    let _ = world.admin("PATCH", &path, away).await.with(200);
    let (portal, _, _) = world.seeded().await;
    let path = format!("/v3/portals/{portal}/applications/{made}");
    let _ = world.admin("DELETE", &path, Value::Null).await.with(502);
    let _ = world.admin("GET", &path, Value::Null).await.with(200);
    let _ = create(&world, json!({ "auth_strategy_id": strategy }))
        .await
        .with(502);
}

#[tokio::test]
async fn foreign_machines_and_types_are_not_called() {
    let world = World::start().await;
    for (kind, issuer, config) in [
        (
            "okta",
            "https://192.0.2.1/oauth2/default",
            json!({ "dcr_token": "t" }),
        ),
        (
            "auth0",
            "https://idp.example.com",
            json!({ "initial_client_id": "i", "initial_client_secret": "s" }),
        ),
    ] {
        let body =
            json!({ "name": "p", "provider_type": kind, "issuer": issuer, "dcr_config": config });
        let provider = world.admin("POST", "/v2/dcr-providers", body).await.id(201);
        let body = super::world::strategy_body(issuer, &provider);
        let path = "/v2/application-auth-strategies";
        let strategy = world.admin("POST", path, body).await.id(201);
        let refused = create(&world, json!({ "auth_strategy_id": strategy }))
            .await
            .with(400);
        assert!(
            refused["detail"].as_str().unwrap().contains("sandbox"),
            "{refused}"
        );
    }
}

#[tokio::test]
async fn a_bridge_is_asked_with_its_key() {
    let world = World::start().await;
    let heard = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&heard);
    let bridge = axum::Router::new().fallback(async move |request: axum::extract::Request| {
        let key = request.headers().get("x-api-key").cloned();
        let line = format!("{} {} {key:?}", request.method(), request.uri().path());
        log.lock().unwrap().push(line);
        axum::Json(json!({ "client_id": "c1", "client_secret": "bridge-secret" }))
    });
    let origin = super::world::serve(bridge).await;
    let provider = json!({
        "name": "bridge", "provider_type": "http", "issuer": world.okta.issuer(),
        "dcr_config": { "dcr_base_url": format!("{origin}/dcr"), "api_key": "abcdefghijkl" },
    });
    let provider = world
        .admin("POST", "/v2/dcr-providers", provider)
        .await
        .id(201);
    let body = super::world::strategy_body(&world.okta.issuer(), &provider);
    let strategy = world
        .admin("POST", "/v2/application-auth-strategies", body)
        .await
        .id(201);
    let made = create(&world, json!({ "auth_strategy_id": strategy }))
        .await
        .with(201);
    assert_eq!(made["client_id"], "c1");
    let (portal, _, _) = world.seeded().await;
    let path = format!(
        "/v3/portals/{portal}/applications/{}",
        made["id"].as_str().unwrap()
    );
    let _ = world.admin("DELETE", &path, Value::Null).await.with(204);
    assert_eq!(
        *heard.lock().unwrap(),
        [
            "POST /dcr Some(\"abcdefghijkl\")",
            "DELETE /dcr/c1 Some(\"abcdefghijkl\")"
        ]
    );
}

#[tokio::test]
async fn registrations_follow_the_rules_of_approval() {
    let world = World::start().await;
    let strategy = world.strategy().await;
    let (portal, _, api) = world.seeded().await;
    let app = create(&world, json!({ "auth_strategy_id": strategy }))
        .await
        .id(201);
    let path = format!("/v3/portals/{portal}/applications/{app}/registrations");
    let body = json!({ "api_id": api });
    let heard = world.admin("POST", &path, body.clone()).await;
    assert_eq!(heard.invalid(), ["api_id: invalid"], "not published");
    world.publish(&strategy, false).await;
    let made = world.admin("POST", &path, body.clone()).await.with(201);
    assert_eq!(made["status"], "pending");
    assert_eq!(made["api"]["name"], "orders");
    let _ = world.admin("POST", &path, body).await.with(409);
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let patched = world
        .admin("PATCH", &one, json!({ "status": "approved" }))
        .await;
    assert_eq!(patched.with(200)["status"], "approved");
    let list =
        format!("/v3/portals/{portal}/application-registrations?filter[status][eq]=approved");
    let list = world.admin("GET", &list, Value::Null).await.with(200);
    assert_eq!(list["meta"]["page"]["total"], 1);
    let list = world
        .admin("GET", &format!("/v3/apis/{api}/registrations"), Value::Null)
        .await;
    assert_eq!(list.with(200)["data"][0]["application"]["id"], json!(app));
    let _ = world.admin("DELETE", &one, Value::Null).await.with(204);
}
