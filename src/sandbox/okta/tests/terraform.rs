//! What Terraform's Okta provider calls, in its order: what it sends has to read back as it was sent.

use reqwest::Method;
use serde_json::{Value, json};

use super::world::{World, told};

const SERVERS: &str = "/api/v1/authorizationServers";

/// Whether everything sent is in what came back.
fn holds(back: &Value, sent: &Value) -> bool {
    match (back, sent) {
        (Value::Object(back), Value::Object(sent)) => sent
            .iter()
            .all(|(name, sent)| back.get(name).is_some_and(|back| holds(back, sent))),
        _ => back == sent,
    }
}

/// Makes an object and reads it by its id; returns its path.
async fn make(world: &World, path: &str, status: u16, body: Value) -> String {
    let made = world.post(path, body.clone()).await;
    assert_eq!(made.status, status, "{path}: {}", made.body);
    let place = path.split('?').next().unwrap();
    let place = format!("{place}/{}", made.text("/id"));
    let read = world.get(&place).await;
    assert_eq!(read.status, 200);
    assert!(holds(&read.body, &body), "{body}\nbecame {}", read.body);
    // the same again is no change
    let again = world.put(&place, body.clone()).await;
    assert_eq!(again.status, 200, "{place}: {}", again.body);
    assert!(holds(&again.body, &body), "{body}\nbecame {}", again.body);
    place
}

#[tokio::test]
async fn each_object_is_made_read_and_destroyed() {
    let world = World::start().await;
    let me = world.get("/api/v1/users/me").await;
    assert!(me.text("/id").starts_with("00u") && me.text("/profile/login").contains('@'));
    let found = world.get(&format!("{SERVERS}?limit=200&q=default")).await;
    assert_eq!(found.text("/0/name"), "default");
    let id = found.text("/0/id");
    let scopes = world.get(&format!("{SERVERS}/{id}/scopes")).await;
    assert!(scopes.body.as_array().unwrap().len() >= 7);
    assert_eq!(scopes.header("link"), "");

    let server = make(
        &world,
        SERVERS,
        201,
        json!({
            "audiences": ["api://orders"], "credentials": { "signing": { "rotationMode": "AUTO" } },
            "description": "Orders", "issuerMode": "ORG_URL", "name": "orders",
        }),
    )
    .await;
    let scope = json!({
        "name": "orders.read", "description": "Read orders", "displayName": "Orders", "default": false,
        "consent": "IMPLICIT", "metadataPublish": "ALL_CLIENTS", "optional": false,
    });
    let scope = make(&world, &format!("{server}/scopes"), 201, scope).await;
    let claim = json!({
        "name": "client", "status": "ACTIVE", "claimType": "RESOURCE", "valueType": "EXPRESSION",
        "value": "app.clientId", "conditions": { "scopes": ["orders.read"] }, "alwaysIncludeInToken": true,
    });
    let claim = make(&world, &format!("{server}/claims"), 201, claim).await;
    let app = make(&world, "/api/v1/apps?activate=true", 200, client()).await;
    let policy = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": "apps", "description": "All apps", "priority": 1,
        "status": "ACTIVE", "conditions": { "clients": { "include": ["ALL_CLIENTS"] } },
    });
    let policy = make(&world, &format!("{server}/policies"), 201, policy).await;
    let rule = json!({
        "type": "RESOURCE_ACCESS", "name": "machines", "priority": 1, "status": "ACTIVE",
        "conditions": {
            "grantTypes": { "include": ["client_credentials"] }, "scopes": { "include": ["*"] },
            "people": { "users": {}, "groups": {} },
        },
        "actions": { "token": {
            "accessTokenLifetimeMinutes": 60, "refreshTokenLifetimeMinutes": 0,
            "refreshTokenWindowMinutes": 10080,
        } },
    });
    let rule = make(&world, &format!("{policy}/rules"), 201, rule).await;

    for path in [&rule, &policy, &claim, &scope] {
        assert_eq!(world.delete(path).await.status, 204, "{path}");
        assert_eq!(world.delete(path).await.code(), (404, "E0000007"));
    }
    for (path, status) in [(&app, 200), (&server, 204)] {
        let off = world.switch(&format!("{path}/lifecycle/deactivate")).await;
        assert_eq!(off.status, status);
        assert_eq!(world.delete(path).await.status, 204);
        assert_eq!(world.get(path).await.code(), (404, "E0000007"));
    }
}

fn client() -> Value {
    json!({
        "name": "oidc_client", "label": "mobile", "signOnMode": "OPENID_CONNECT",
        "visibility": { "autoLaunch": false, "autoSubmitToolbar": false, "hide": { "iOS": true, "web": true } },
        "accessibility": { "selfService": false },
        "credentials": {
            "oauthClient": {
                "autoKeyRotation": true, "pkce_required": false,
                "token_endpoint_auth_method": "client_secret_basic",
            },
            "userNameTemplate": { "template": "${source.login}", "type": "BUILT_IN" },
        },
        "settings": { "oauthClient": {
            "application_type": "service", "consent_method": "TRUSTED", "issuer_mode": "ORG_URL",
            "grant_types": ["client_credentials"], "response_types": ["token"],
            "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] },
            "wildcard_redirect": "DISABLED", "dpop_bound_access_tokens": false,
        } },
    })
}

#[tokio::test]
async fn a_client_gets_the_one_access_policy() {
    let world = World::start().await;
    let metadata = told(world.request(Method::GET, "/.well-known/okta-organization")).await;
    assert_eq!(metadata.text("/pipeline"), "idx");
    let policies = world.get("/api/v1/policies?type=ACCESS_POLICY").await;
    let all = policies.body.as_array().unwrap();
    assert_eq!(all.len(), 1);
    assert_eq!(all[0]["system"], true);
    let policy = policies.text("/0/id");
    let app = world.post("/api/v1/apps?activate=true", client()).await;
    assert!(
        !app.text("/credentials/oauthClient/client_secret")
            .is_empty()
    );
    let path = format!("/api/v1/apps/{}", app.text("/id"));
    let assigned = world
        .put(&format!("{path}/policies/{policy}"), json!({}))
        .await;
    assert_eq!(assigned.status, 204);
    let read = world.get(&path).await;
    assert!(read.text("/_links/accessPolicy/href").ends_with(&policy));

    let groups = format!(
        "/api/v1/internal/apps/{}/settings/oauth/idToken",
        app.text("/id")
    );
    let body = json!({ "issuerMode": "ORG_URL" });
    let stored = world.post(&groups, body).await;
    assert_eq!(
        (stored.status.as_u16(), stored.text("/issuerMode")),
        (200, "ORG_URL".to_owned())
    );
    assert_eq!(world.get(&groups).await.text("/issuerMode"), "ORG_URL");
}

#[tokio::test]
async fn servers_trust_each_other() {
    let world = World::start().await;
    let body = json!({ "name": "other", "audiences": ["api://other"] });
    let other = world.post(SERVERS, body).await.text("/id");
    let path = format!("{SERVERS}/default/associatedServers");
    let added = world.post(&path, json!({ "trusted": [other] })).await;
    assert_eq!(
        (added.status.as_u16(), added.text("/0/id")),
        (200, other.clone())
    );
    let list = world.get(&format!("{path}?trusted=true")).await;
    assert_eq!(list.text("/0/id"), other);
    assert_eq!(
        world.get(&format!("{path}?trusted=false")).await.body,
        json!([])
    );
    let one = format!("{path}/{other}");
    assert_eq!(world.delete(&one).await.status, 204);
    assert_eq!(world.delete(&one).await.code(), (404, "E0000007"));
    let none = world.post(&path, json!({ "trusted": ["ausnone"] })).await;
    assert_eq!(none.code(), (404, "E0000007"));
}
