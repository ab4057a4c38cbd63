//! Clients that publish their keys (`jwks_uri`) instead of leaving them with Okta.

use std::sync::{Arc, Mutex};

use axum::Json;
use axum::routing::get;
use reqwest::Method;
use serde_json::{Value, json};

use super::key::Key;
use super::world::{Told, World, told};

const TOKEN: &str = "/oauth2/v1/token";

/// A place on this machine with a set of keys that can be changed.
async fn publish(key: &Key, kid: &str) -> (String, Arc<Mutex<Value>>) {
    let set = Arc::new(Mutex::new(set_of(key, kid)));
    let shown = Arc::clone(&set);
    let show = get(async move || Json(shown.lock().unwrap().clone()));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let uri = format!("http://{}/keys", listener.local_addr().unwrap());
    let routes = axum::Router::new().route("/keys", show);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    (uri, set)
}

fn set_of(key: &Key, kid: &str) -> Value {
    let mut public = key.public.clone();
    public["kid"] = json!(kid);
    json!({ "keys": [{ "kty": "RSA", "kid": kid, "use": "enc", "n": "AQAB", "e": "AQAB" }, public] })
}

/// A service application that publishes its keys there; its client id.
async fn client(world: &World, uri: &str) -> String {
    let body = json!({
        "name": "oidc_client", "label": "robot", "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } },
        "settings": { "oauthClient": {
            "application_type": "service", "grant_types": ["client_credentials"], "jwks_uri": uri,
        } },
    });
    let made = world.post("/api/v1/apps", body).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(made.text("/settings/oauthClient/jwks_uri"), uri);
    let id = made.text("/id");
    let grant = json!({ "issuer": world.origin, "scopeId": "okta.apps.read" });
    world
        .post(&format!("/api/v1/apps/{id}/grants"), grant)
        .await;
    id
}

async fn ask(world: &World, client: &str, key: &Key, kid: &str) -> Told {
    let now = world.state.now().as_second();
    let claims = json!({
        "iss": client, "sub": client, "aud": format!("{}{TOKEN}", world.origin),
        "iat": now, "exp": now + 300, "jti": uuid::Uuid::new_v4(),
    });
    let assertion = key.sign(Some(kid), &claims);
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "okta.apps.read"),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        ),
        ("client_assertion", &assertion),
    ];
    told(world.request(Method::POST, TOKEN).form(&form)).await
}

#[tokio::test]
async fn a_published_key_opens_and_one_that_was_taken_back_does_not() {
    let world = World::start().await;
    let (first, second) = (Key::rsa(), Key::ec());
    let (uri, set) = publish(&first, "first").await;
    let id = client(&world, &uri).await;
    let opened = ask(&world, &id, &first, "first").await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let unknown = ask(&world, &id, &second, "second").await;
    assert_eq!(unknown.code(), (401, "invalid_client"));
    let forged = ask(&world, &id, &Key::rsa(), "first").await;
    assert_eq!(
        forged.text("/error_description"),
        "The client_assertion signature is invalid."
    );

    *set.lock().unwrap() = set_of(&second, "second");
    assert_eq!(ask(&world, &id, &second, "second").await.status, 200);
    assert_eq!(ask(&world, &id, &first, "first").await.status, 401);
}

#[tokio::test]
async fn keys_that_cannot_be_had_open_nothing() {
    let world = World::start().await;
    let key = Key::rsa();
    // a documentation address (RFC 5737): no stranger may be called from here
    for uri in ["http://127.0.0.1:1/keys", "https://192.0.2.1/keys"] {
        let id = client(&world, uri).await;
        let refused = ask(&world, &id, &key, "first").await;
        assert_eq!(refused.code(), (401, "invalid_client"), "{uri}");
        assert_eq!(
            refused.text("/error_description"),
            "The client's keys cannot be fetched from its jwks_uri."
        );
    }
}

/// Okta's Go SDKs send their parameters so, with an empty body.
#[tokio::test]
async fn parameters_may_be_in_the_query() {
    let world = World::start().await;
    let key = Key::rsa();
    let (uri, _set) = publish(&key, "first").await;
    let id = client(&world, &uri).await;
    let now = world.state.now().as_second();
    let claims = json!({
        "iss": id, "sub": id, "aud": format!("{}{TOKEN}", world.origin), "iat": now, "exp": now + 300,
    });
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("grant_type", "client_credentials")
        .append_pair("scope", "okta.apps.read")
        .append_pair(
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        )
        .append_pair("client_assertion", &key.sign(Some("first"), &claims))
        .finish();
    let request = world.request(Method::POST, &format!("{TOKEN}?{query}"));
    let opened = told(request.header("content-length", "0")).await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    assert_eq!(opened.text("/scope"), "okta.apps.read");
}
