use serde_json::{Value, json};

use crate::sandbox::konnect::tests::world::World;

async fn ready() -> (World, String, String) {
    let world = World::start().await;
    let strategy = world.strategy().await;
    world.publish(&strategy, true).await;
    let cookie = world.log_in("dev@example.com", "sandbox").await;
    (world, strategy, cookie)
}

#[tokio::test]
async fn a_session_opens_renews_and_ends() {
    let world = World::start().await;
    let url = |path: &str| format!("{}/api/v3/developer{path}", world.origins.portal);
    let wrong = json!({ "username": "dev@example.com", "password": "wrong" });
    let _ = world
        .ask("POST", &url("/authenticate"), &[], wrong)
        .await
        .with(401);
    let right = json!({ "username": "dev@example.com", "password": "sandbox" });
    let heard = world.ask("POST", &url("/authenticate"), &[], right).await;
    assert_eq!(heard.status, 204);
    let pair = |cookie: &String| cookie.split(';').next().unwrap().to_owned();
    let (access, refresh) = (pair(&heard.cookies[0]), pair(&heard.cookies[1]));
    let me = world
        .portal(&access, "GET", "/developer/me", Value::Null)
        .await;
    assert_eq!(me.with(200)["email"], "dev@example.com");

    let headers = [("cookie", refresh.as_str())];
    let heard = world
        .ask("POST", &url("/refresh"), &headers, Value::Null)
        .await;
    assert_eq!(heard.status, 204);
    let renewed = pair(&heard.cookies[0]);
    let _ = world
        .portal(&access, "GET", "/developer/me", Value::Null)
        .await
        .with(401);
    let _ = world
        .portal(&renewed, "GET", "/developer/me", Value::Null)
        .await
        .with(200);
    let _ = world
        .ask("POST", &url("/refresh"), &headers, Value::Null)
        .await
        .with(401);

    let _ = world
        .portal(&renewed, "POST", "/developer/logout", Value::Null)
        .await
        .with(204);
    let _ = world
        .portal(&renewed, "GET", "/developer/me", Value::Null)
        .await
        .with(401);
}

#[tokio::test]
async fn the_clock_ends_sessions() {
    let world = World::start().await;
    let cookie = world.log_in("dev@example.com", "sandbox").await;
    let offset = &world.state.common.clock_offset;
    offset.store(3600, std::sync::atomic::Ordering::Relaxed);
    let _ = world
        .portal(&cookie, "GET", "/developer/me", Value::Null)
        .await
        .with(401);
}

#[tokio::test]
async fn hosts_name_portals() {
    let world = World::start().await;
    world
        .state
        .write(|state| state.seed_developer("Other Place", "x@example.com", "pw"));
    let url = format!("{}/api/v3/portal", world.origins.portal);
    let plain = world.ask("GET", &url, &[], Value::Null).await.with(200);
    assert_eq!(plain["name"], "developer-portal");
    assert_eq!(
        format!("http://{}", plain["canonical_domain"].as_str().unwrap()),
        world.origins.portal
    );
    let headers = [("host", "other-place.localhost:1")];
    let other = world
        .ask("GET", &url, &headers, Value::Null)
        .await
        .with(200);
    assert_eq!(other["name"], "Other Place");
    // on the plain origin the developer decides
    let cookie = world.log_in("x@example.com", "pw").await;
    let mine = world.portal(&cookie, "GET", "/portal", Value::Null).await;
    assert_eq!(mine.with(200)["name"], "Other Place");
}

#[tokio::test]
async fn the_secret_is_shown_once() {
    let (world, strategy, cookie) = ready().await;
    let strategies = world.portal(&cookie, "GET", "/application-auth-strategies", Value::Null);
    let strategies = strategies.await.with(200);
    assert!(strategies.to_string().contains(&strategy), "{strategies}");

    let body = json!({ "name": "mobile", "auth_strategy_id": strategy });
    let made = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .with(201);
    let client = world
        .okta
        .client(made["client_id"].as_str().unwrap())
        .unwrap();
    assert_eq!(made["client_secret"], json!(client.secrets[0].value));
    let path = format!("/applications/{}", made["id"].as_str().unwrap());
    let read = world
        .portal(&cookie, "GET", &path, Value::Null)
        .await
        .with(200);
    assert!(read.get("client_secret").is_none(), "{read}");
    assert_eq!(read["client_id"], made["client_id"]);
    let scopes = format!("{path}/granted-scopes");
    let scopes = world.portal(&cookie, "GET", &scopes, Value::Null).await;
    assert_eq!(
        scopes.with(200)["scopes"],
        json!(["orders.read", "orders.write"])
    );

    let change = json!({ "name": "mobile 2", "description": "text" });
    let patched = world
        .portal(&cookie, "PATCH", &path, change)
        .await
        .with(200);
    assert_eq!(patched["name"], "mobile 2");
    let change = json!({ "auth_strategy_id": strategy });
    let heard = world.portal(&cookie, "PATCH", &path, change).await;
    assert_eq!(heard.invalid(), ["auth_strategy_id: unknown_property"]);
    let _ = world
        .portal(&cookie, "DELETE", &path, Value::Null)
        .await
        .with(204);
    assert!(world.okta.client(&client.id).is_none());
}

#[tokio::test]
async fn a_redirect_makes_a_web_client() {
    let (world, strategy, cookie) = ready().await;
    let body = json!({
        "name": "site", "auth_strategy_id": strategy, "redirect_uri": "https://site.example.com/back",
    });
    let made = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .with(201);
    let client = world
        .okta
        .client(made["client_id"].as_str().unwrap())
        .unwrap();
    assert_eq!(client.registered_as["application_type"], "web");
    assert_eq!(
        client.registered_as["redirect_uris"],
        json!(["https://site.example.com/back"])
    );
}

#[tokio::test]
async fn secrets_are_added_and_retired_two_at_most() {
    let (world, strategy, cookie) = ready().await;
    let body = json!({ "name": "mobile", "auth_strategy_id": strategy });
    let made = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .with(201);
    let client = || {
        world
            .okta
            .client(made["client_id"].as_str().unwrap())
            .unwrap()
    };
    let old = client().secrets[0].clone();
    let app = format!("/applications/{}", made["id"].as_str().unwrap());
    let path = format!("{app}/credentials");

    let lone = format!("{path}/{}", old.id);
    let _ = world
        .portal(&cookie, "DELETE", &lone, Value::Null)
        .await
        .with(409);
    let new = world
        .portal(&cookie, "POST", &path, Value::Null)
        .await
        .with(201);
    assert_eq!(new["type"], "client_secret");
    assert_eq!(new["client_secret"], json!(client().secrets[1].value));
    let _ = world
        .portal(&cookie, "POST", &path, Value::Null)
        .await
        .with(403);
    let regenerate = format!("{app}/regenerate-secret");
    let _ = world
        .portal(&cookie, "POST", &regenerate, Value::Null)
        .await
        .with(409);
    let _ = world
        .portal(&cookie, "DELETE", &lone, Value::Null)
        .await
        .with(204);
    assert_eq!(client().secrets.len(), 1);
    let list = world
        .portal(&cookie, "GET", &path, Value::Null)
        .await
        .with(200);
    assert_eq!(list["data"][0]["id"], new["id"]);

    let renewed = world
        .portal(&cookie, "POST", &regenerate, Value::Null)
        .await
        .with(201);
    assert_eq!(renewed["client_secret"], json!(client().secrets[0].value));
    assert_ne!(renewed["client_secret"], new["client_secret"]);
}

#[tokio::test]
async fn others_do_not_see_an_application() {
    let (world, strategy, cookie) = ready().await;
    let body = json!({ "name": "mobile", "auth_strategy_id": strategy });
    let id = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .id(201);
    world.state.write(|state| {
        state.seed_developer("developer-portal", "other@example.com", "pw");
    });
    let other = world.log_in("other@example.com", "pw").await;
    let path = format!("/applications/{id}");
    let _ = world
        .portal(&other, "GET", &path, Value::Null)
        .await
        .with(404);
    let _ = world
        .portal(&other, "DELETE", &path, Value::Null)
        .await
        .with(404);
    let list = world
        .portal(&other, "GET", "/applications", Value::Null)
        .await
        .with(200);
    assert_eq!(list["data"], json!([]));
}

#[tokio::test]
async fn a_registration_is_approved_by_the_publication() {
    let (world, strategy, cookie) = ready().await;
    let (_, _, api) = world.seeded().await;
    let body = json!({ "name": "mobile", "auth_strategy_id": strategy });
    let id = world
        .portal(&cookie, "POST", "/applications", body)
        .await
        .id(201);
    let path = format!("/applications/{id}/registrations");
    let made = world
        .portal(&cookie, "POST", &path, json!({ "api_id": api }))
        .await
        .with(201);
    assert_eq!(made["status"], "approved");
    assert_eq!(made["api_slug"], "orders");
    let list = world
        .portal(&cookie, "GET", &path, Value::Null)
        .await
        .with(200);
    assert_eq!(list["data"][0]["id"], made["id"]);
    let one = format!("{path}/{}", made["id"].as_str().unwrap());
    let _ = world
        .portal(&cookie, "DELETE", &one, Value::Null)
        .await
        .with(204);
    let _ = world
        .portal(&cookie, "GET", &one, Value::Null)
        .await
        .with(404);
}
