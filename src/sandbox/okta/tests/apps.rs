use serde_json::{Value, json};

use super::world::World;

const APPS: &str = "/api/v1/apps";

pub(super) fn service(label: &str) -> Value {
    json!({
        "name": "oidc_client", "label": label, "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": { "token_endpoint_auth_method": "client_secret_basic" } },
        "settings": { "oauthClient": {
            "application_type": "service", "grant_types": ["client_credentials"],
        } },
    })
}

#[tokio::test]
async fn a_service_gets_its_defaults_and_its_secret_once() {
    let world = World::start().await;
    let made = world.post(APPS, service("backend")).await;
    assert_eq!(made.status, 200, "not 201");
    let keys: Vec<&str> = made
        .body
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(
        keys,
        [
            "id",
            "orn",
            "name",
            "label",
            "status",
            "lastUpdated",
            "created",
            "accessibility",
            "visibility",
            "features",
            "signOnMode",
            "credentials",
            "universalLogout",
            "settings",
            "_links",
        ]
    );
    assert_eq!(
        made.body["settings"]["oauthClient"].to_string(),
        json!({
            "client_uri": null, "logo_uri": null, "redirect_uris": [], "response_types": ["token"],
            "grant_types": ["client_credentials"], "application_type": "service",
            "consent_method": "TRUSTED", "issuer_mode": "ORG_URL",
            "idp_initiated_login": { "mode": "DISABLED", "default_scope": [] },
            "wildcard_redirect": "DISABLED", "dpop_bound_access_tokens": false,
            "participate_slo": false,
        })
        .to_string()
    );
    let client = &made.body["credentials"]["oauthClient"];
    assert_eq!(client["client_id"], made.body["id"]);
    assert_eq!(client["client_secret"].as_str().unwrap().len(), 64);
    assert_eq!(client["pkce_required"], false);
    let read = world
        .get(&format!("{APPS}/{}", made.text("/id")))
        .await
        .body;
    assert!(
        read["credentials"]["oauthClient"]
            .get("client_secret")
            .is_none()
    );
    let put = world
        .put(&format!("{APPS}/{}", made.text("/id")), service("renamed"))
        .await;
    assert_eq!(put.text("/label"), "renamed");
    assert_eq!(
        put.body["credentials"]["oauthClient"]["client_secret"],
        client["client_secret"]
    );
}

#[tokio::test]
async fn an_active_app_cannot_be_deleted() {
    let world = World::start().await;
    let path = format!(
        "{APPS}/{}",
        world.post(APPS, service("a")).await.text("/id")
    );
    assert_eq!(world.delete(&path).await.code(), (403, "E0000056"));
    for _ in 0..2 {
        let off = world.switch(&format!("{path}/lifecycle/deactivate")).await;
        assert_eq!((off.status.as_u16(), off.body), (200, json!({})));
    }
    assert_eq!(world.get(&path).await.text("/status"), "INACTIVE");
    assert_eq!(world.delete(&path).await.status, 204);
    let gone = world.get(&path).await;
    assert!(gone.text("/errorSummary").ends_with("(AppInstance)"));
}

#[tokio::test]
async fn apps_are_checked() {
    let world = World::start().await;
    let with = |pointer: &str, value: Value| {
        let mut body = service("a");
        *body.pointer_mut(pointer).unwrap() = value;
        body
    };
    let oauth = |value: Value| with("/settings/oauthClient", value);
    let credentials = |value: Value| with("/credentials/oauthClient", value);
    for (wrong, field) in [
        (with("/label", "".into()), "label"),
        (with("/name", "salesforce".into()), "name"),
        (with("/signOnMode", "SAML_2_0".into()), "signOnMode"),
        (with("/settings", Value::Null), "settings"),
        (
            oauth(json!({ "grant_types": [] })),
            "settings.oauthClient.grant_types",
        ),
        (
            oauth(json!({ "grant_types": ["magic"] })),
            "settings.oauthClient.grant_types",
        ),
        (
            oauth(json!({ "application_type": "service", "grant_types": ["password"] })),
            "settings.oauthClient.grant_types",
        ),
        (
            oauth(json!({ "application_type": "web", "grant_types": ["authorization_code"] })),
            "settings.oauthClient.redirect_uris",
        ),
        (
            credentials(json!({ "client_secret": "short" })),
            "credentials.oauthClient.client_secret",
        ),
        (
            credentials(json!({ "client_id": "a b c d" })),
            "credentials.oauthClient.client_id",
        ),
        (
            credentials(json!({ "token_endpoint_auth_method": "private_key_jwt" })),
            "settings.oauthClient.jwks",
        ),
        (
            credentials(json!({ "token_endpoint_auth_method": "none" })),
            "settings.oauthClient.token_endpoint_auth_method",
        ),
        (
            credentials(json!({ "token_endpoint_auth_method": "none", "pkce_required": false })),
            "pkce_required",
        ),
    ] {
        let refused = world.post(APPS, wrong).await;
        assert_eq!(
            refused.text("/errorSummary"),
            format!("Api validation failed: {field}")
        );
    }
    let unknown = oauth(json!({ "application_type": "robot", "grant_types": ["implicit"] }));
    assert_eq!(world.post(APPS, unknown).await.code(), (400, "E0000003"));
}

/// Each combination of Okta's own acceptance tests for its provider that is no error, with what they expect of it.
#[tokio::test]
async fn verifiers_are_asked_of_who_cannot_keep_a_secret() {
    let world = World::start().await;
    let none = "none";
    let basic = "client_secret_basic";
    for (kind, method, asked, told) in [
        ("native", basic, None, true),
        ("native", basic, Some(false), false),
        ("native", none, None, true),
        ("browser", basic, None, true),
        ("browser", basic, Some(false), false),
        ("browser", none, Some(true), true),
        ("web", basic, None, false),
        ("web", basic, Some(true), true),
    ] {
        let mut body = service("a");
        body["credentials"]["oauthClient"] = json!({ "token_endpoint_auth_method": method });
        if let Some(asked) = asked {
            body["credentials"]["oauthClient"]["pkce_required"] = asked.into();
        }
        body["settings"]["oauthClient"] = json!({
            "application_type": kind, "grant_types": ["authorization_code"],
            "redirect_uris": ["http://example.com/"], "response_types": ["code"],
        });
        let made = world.post(APPS, body).await;
        let verified = made.body.pointer("/credentials/oauthClient/pkce_required");
        assert_eq!(verified, Some(&told.into()), "{kind} {method} {asked:?}");
    }
}

/// Recorded in January and in August 2023.
#[tokio::test]
async fn a_service_may_have_the_implicit_grant() {
    let world = World::start().await;
    let mut body = service("a");
    body["settings"]["oauthClient"] = json!({
        "application_type": "service", "grant_types": ["implicit", "client_credentials"],
        "redirect_uris": ["http://test.com"], "response_types": ["token"],
    });
    let made = world.post(APPS, body).await;
    assert_eq!(made.status, 200);
    let grants = &made.body["settings"]["oauthClient"]["grant_types"];
    assert_eq!(*grants, json!(["implicit", "client_credentials"]));
}

#[tokio::test]
async fn a_client_id_can_be_chosen_once() {
    let world = World::start().await;
    let mut body = service("a");
    body["credentials"]["oauthClient"]["client_id"] = "my-client".into();
    let made = world.post(APPS, body.clone()).await;
    assert_eq!(made.text("/credentials/oauthClient/client_id"), "my-client");
    assert_ne!(made.text("/id"), "my-client");
    assert_eq!(world.post(APPS, body).await.code(), (400, "E0000001"));
    let flat = world.get("/oauth2/v1/clients/my-client").await;
    assert_eq!(flat.text("/client_name"), "a");
}

#[tokio::test]
async fn apps_are_listed_in_pages_of_twenty() {
    let world = World::start().await;
    for number in 0..21 {
        world.post(APPS, service(&format!("app {number:02}"))).await;
    }
    let path = format!(
        "{APPS}/{}",
        world.post(APPS, service("other")).await.text("/id")
    );
    world.switch(&format!("{path}/lifecycle/deactivate")).await;
    let first = world.get(APPS).await;
    assert_eq!(first.body.as_array().unwrap().len(), 20);
    let links: Vec<&str> = first
        .headers
        .get_all("link")
        .iter()
        .map(|link| link.to_str().unwrap())
        .collect();
    assert_eq!(
        links[0],
        format!("<{}{APPS}?limit=20>; rel=\"self\"", world.origin)
    );
    assert!(links[1].ends_with(">; rel=\"next\""));
    let found = world
        .get(&format!(
            "{APPS}?filter=status+eq+%22ACTIVE%22&limit=1&q=APP"
        ))
        .await;
    assert_eq!(found.text("/0/label"), "app 00");
    let off = world
        .get(&format!("{APPS}?filter=status+eq+%22INACTIVE%22"))
        .await;
    assert_eq!(off.body.as_array().unwrap().len(), 1);
    assert_eq!(
        world.get(&format!("{APPS}?filter=label")).await.code(),
        (400, "E0000053")
    );
}

#[tokio::test]
async fn a_client_has_two_secrets_at_most_and_one_that_works() {
    let world = World::start().await;
    let app = format!(
        "{APPS}/{}",
        world.post(APPS, service("a")).await.text("/id")
    );
    let secrets = format!("{app}/credentials/secrets");
    let first = world.get(&secrets).await.text("/0/id");
    let lock = |id: &str| format!("{secrets}/{id}/lifecycle/deactivate");
    assert_eq!(
        world.switch(&lock(&first)).await.code(),
        (400, "E0000001"),
        "the only one"
    );
    let second = world.switch(&secrets).await;
    assert_eq!(second.status, 201);
    assert!(second.text("/id").starts_with("ocs"));
    assert_eq!(
        world.switch(&secrets).await.code(),
        (400, "E0000001"),
        "a third one"
    );
    assert_eq!(
        world.delete(&format!("{secrets}/{first}")).await.code(),
        (400, "E0000001")
    );
    let off = world.switch(&lock(&first)).await;
    assert_eq!(
        (off.status.as_u16(), off.text("/status")),
        (200, "INACTIVE".into())
    );
    assert_eq!(
        world.delete(&format!("{secrets}/{first}")).await.status,
        204
    );
    let left = world.get(&secrets).await.body;
    assert_eq!(left.as_array().unwrap().len(), 1);
    assert_eq!(left[0]["client_secret"], second.body["client_secret"]);
    let short = world
        .post(&secrets, json!({ "client_secret": "short" }))
        .await;
    assert_eq!(short.code(), (400, "E0000001"));
}

/// What Terraform's provider asks around its own calls.
#[tokio::test]
async fn the_small_questions_of_other_tools_are_answered() {
    let world = World::start().await;
    assert_eq!(
        world
            .get("/.well-known/okta-organization")
            .await
            .text("/pipeline"),
        "idx"
    );
    assert_eq!(
        world.get("/api/v1/users/me").await.text("/profile/login"),
        "admin@example.com"
    );
    let policies = world.get("/api/v1/policies?type=ACCESS_POLICY").await;
    assert_eq!(policies.body.as_array().unwrap().len(), 1);
    assert_eq!(policies.body[0]["system"], true);
    let this = format!(
        "<{}/api/v1/policies?type=ACCESS_POLICY>; rel=\"self\"",
        world.origin
    );
    assert_eq!(policies.header("link"), this);
    let made = world.post(APPS, service("a")).await;
    let app = made.text("/id");
    let policy = policies.text("/0/id");
    assert!(made.text("/_links/accessPolicy/href").ends_with(&policy));
    assert_eq!(
        world
            .put(&format!("{APPS}/{app}/policies/{policy}"), json!({}))
            .await
            .status,
        204
    );
    let groups = format!("/api/v1/internal/apps/{app}/settings/oauth/idToken");
    let read = |issuer: Value, audience: Value, set: Value| {
        let mut all = json!({
            "issuer": issuer, "orgUrl": null, "customUrl": null, "audience": audience, "issuerMode": "ORG_URL",
        });
        let all_of_it = all.as_object_mut().unwrap();
        all_of_it.extend(set.as_object().unwrap().clone());
        all
    };
    let (issuer, audience) = (Value::from(world.origin.clone()), Value::from(app));
    let before = world.get(&groups).await.body;
    assert_eq!(before, read(issuer.clone(), audience.clone(), json!({})));
    let set = json!({
        "valueType": "GROUPS", "groupFilterType": "REGEX", "issuerMode": "ORG_URL", "name": "groups", "value": ".*",
    });
    let told = world.post(&groups, set.clone()).await.body;
    assert_eq!(told, read(Value::Null, Value::Null, set.clone()));
    assert_eq!(world.get(&groups).await.body, read(issuer, audience, set));
}
