use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use reqwest::Method;
use serde_json::{Value, json};

use super::apps::service;
use super::world::{Told, World, told};

const SERVER: &str = "/api/v1/authorizationServers/default";

struct Machine {
    world: World,
    id: String,
    secret: String,
}

impl Machine {
    /// A client, and a scope `orders.read` that it may ask for.
    async fn new() -> Self {
        let world = World::start().await;
        let made = world.post("/api/v1/apps", service("backend")).await;
        let scope = world
            .post(
                &format!("{SERVER}/scopes"),
                json!({ "name": "orders.read" }),
            )
            .await;
        assert_eq!(scope.status, 201);
        Self {
            world,
            id: made.text("/id"),
            secret: made.text("/credentials/oauthClient/client_secret"),
        }
    }

    async fn form(&self, path: &str, form: &[(&str, &str)]) -> Told {
        let request = self.world.request(Method::POST, path);
        told(request.basic_auth(&self.id, Some(&self.secret)).form(form)).await
    }

    async fn ask(&self, scope: &str) -> Told {
        let form = [("grant_type", "client_credentials"), ("scope", scope)];
        self.form("/oauth2/default/v1/token", &form).await
    }

    /// Verifies a token as a resource server does: by the published keys, issuer and audience.
    async fn read(&self, token: &str) -> Value {
        let keys = self.world.get("/oauth2/default/v1/keys").await.body;
        let keys: JwkSet = serde_json::from_value(keys).unwrap();
        let header = decode_header(token).unwrap();
        assert_eq!((header.alg, header.typ), (Algorithm::RS256, None));
        let key = keys.find(&header.kid.unwrap()).unwrap();
        let mut validation = Validation::new(Algorithm::RS256);
        validation.set_audience(&["api://default"]);
        validation.set_issuer(&[format!("{}/oauth2/default", self.world.origin)]);
        let key = DecodingKey::from_jwk(key).unwrap();
        decode::<Value>(token, &key, &validation).unwrap().claims
    }

    async fn change_rule(&self, change: impl Fn(&mut Value)) {
        let policies = self.world.get(&format!("{SERVER}/policies")).await;
        let rules = format!("{SERVER}/policies/{}/rules", policies.text("/0/id"));
        let mut rule = self.world.get(&rules).await.body[0].clone();
        change(&mut rule);
        let id = rule["id"].as_str().unwrap().to_owned();
        assert_eq!(
            self.world.put(&format!("{rules}/{id}"), rule).await.status,
            200
        );
    }

    async fn claim(&self, name: &str, value: &str) {
        let claim = json!({
            "name": name, "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": value,
        });
        let made = self.world.post(&format!("{SERVER}/claims"), claim).await;
        assert_eq!(made.status, 201);
    }
}

#[tokio::test]
async fn a_token_can_be_verified_by_the_published_keys() {
    let machine = Machine::new().await;
    let answer = machine.ask("orders.read").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.text("/token_type"), "Bearer");
    assert_eq!(answer.body["expires_in"], 3600);
    assert_eq!(answer.text("/scope"), "orders.read");
    let claims = machine.read(&answer.text("/access_token")).await;
    assert_eq!(claims["ver"], 1);
    assert_eq!(claims["cid"], machine.id);
    assert_eq!(claims["sub"], machine.id, "the default subject of a client");
    assert_eq!(claims["scp"], json!(["orders.read"]));
    let lived = claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap();
    assert_eq!(lived, 3600);
}

#[tokio::test]
async fn claims_are_put_into_the_token() {
    let machine = Machine::new().await;
    for (name, value) in [
        ("client_id", "app.clientId"),
        ("greeting", "\"hello\""),
        ("joined", "'a' + \"b\" + 1"),
        ("choice", "user == null ? 'machine' : user.login"),
        (
            "upper",
            "String.toUpperCase(access.scope == null ? 'x' : app.label)",
        ),
        ("reads", "Arrays.contains(access.scope, 'orders.read')"),
        ("nothing", "user.login"),
        ("number", "1 + 2"),
    ] {
        machine.claim(name, value).await;
    }
    let scoped = json!({
        "name": "scoped", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "'x'",
        "conditions": { "scopes": ["email"] },
    });
    machine
        .world
        .post(&format!("{SERVER}/claims"), scoped)
        .await;
    let answer = machine.ask("orders.read").await;
    let claims = machine.read(&answer.text("/access_token")).await;
    assert_eq!(claims["client_id"], machine.id);
    assert_eq!(claims["greeting"], "hello");
    assert_eq!(claims["joined"], "ab1");
    assert_eq!(claims["choice"], "machine");
    assert_eq!(claims["upper"], "BACKEND");
    assert_eq!(claims["reads"], true);
    assert_eq!(claims["number"], 3);
    assert!(claims.get("nothing").is_none() && claims.get("scoped").is_none());
}

/// `cool` is taken when it is written and found broken when it is needed.
#[tokio::test]
async fn a_broken_expression_shows_at_token_time() {
    let machine = Machine::new().await;
    machine.claim("broken", "cool").await;
    let refused = machine.ask("orders.read").await;
    assert_eq!(refused.code(), (400, "server_error"));
    assert!(refused.text("/error_description").contains("'broken'"));
}

#[tokio::test]
async fn credentials_are_checked() {
    let machine = Machine::new().await;
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "orders.read"),
    ];
    let request = || {
        machine
            .world
            .request(Method::POST, "/oauth2/default/v1/token")
    };
    let none = told(request().form(&form)).await;
    assert_eq!(none.code(), (401, "invalid_client"));
    let wrong = told(request().basic_auth(&machine.id, Some("wrong")).form(&form)).await;
    assert_eq!(wrong.code(), (401, "invalid_client"));
    let mut posted = form.to_vec();
    posted.extend([
        ("client_id", machine.id.as_str()),
        ("client_secret", &machine.secret),
    ]);
    assert_eq!(told(request().form(&posted)).await.status, 200);
    let both = request()
        .basic_auth(&machine.id, Some(&machine.secret))
        .form(&posted);
    assert_eq!(told(both).await.code(), (400, "invalid_request"));
    let off = format!("/api/v1/apps/{}/lifecycle/deactivate", machine.id);
    machine.world.switch(&off).await;
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (401, "invalid_client")
    );
}

#[tokio::test]
async fn only_active_secrets_open() {
    let machine = Machine::new().await;
    let secrets = format!("/api/v1/apps/{}/credentials/secrets", machine.id);
    let old = machine.world.get(&secrets).await.text("/0/id");
    let new = machine.world.switch(&secrets).await.text("/client_secret");
    assert_eq!(
        machine.ask("orders.read").await.status,
        200,
        "both work meanwhile"
    );
    machine
        .world
        .switch(&format!("{secrets}/{old}/lifecycle/deactivate"))
        .await;
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (401, "invalid_client")
    );
    let renewed = Machine {
        secret: new,
        ..machine
    };
    assert_eq!(renewed.ask("orders.read").await.status, 200);
}

#[tokio::test]
async fn grants_are_checked() {
    let machine = Machine::new().await;
    let path = "/oauth2/default/v1/token";
    let other = machine.form(path, &[("grant_type", "password")]).await;
    assert_eq!(other.code(), (400, "unsupported_grant_type"));
    let none = machine.form(path, &[("scope", "a")]).await;
    assert_eq!(none.code(), (400, "invalid_request"));
    let nowhere = machine
        .form(
            "/oauth2/ausnone/v1/token",
            &[("grant_type", "client_credentials")],
        )
        .await;
    assert_eq!(nowhere.code(), (404, "E0000007"));
    let org = machine
        .form("/oauth2/v1/token", &[("grant_type", "client_credentials")])
        .await;
    assert_eq!(org.code(), (401, "invalid_client"));
    let mut web = service("web");
    web["settings"]["oauthClient"] = json!({
        "application_type": "web", "grant_types": ["authorization_code"],
        "redirect_uris": ["https://a.example/"],
    });
    let made = machine
        .world
        .put(&format!("/api/v1/apps/{}", machine.id), web)
        .await;
    assert_eq!(made.status, 200);
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (400, "unauthorized_client")
    );
}

#[tokio::test]
async fn scopes_are_checked() {
    let machine = Machine::new().await;
    assert_eq!(machine.ask("nowhere").await.code(), (400, "invalid_scope"));
    assert_eq!(machine.ask("openid").await.code(), (400, "invalid_scope"));
    assert_eq!(
        machine.ask("").await.code(),
        (400, "invalid_scope"),
        "no default scope"
    );
    let scopes = format!("{SERVER}/scopes");
    machine
        .world
        .post(&scopes, json!({ "name": "asks", "consent": "REQUIRED" }))
        .await;
    let consent = machine.ask("orders.read asks").await;
    assert_eq!(consent.code(), (400, "consent_required"));
    assert!(consent.text("/error_description").contains("[asks]"));
    machine
        .world
        .post(&scopes, json!({ "name": "usual", "default": true }))
        .await;
    assert_eq!(machine.ask("").await.text("/scope"), "usual");
    machine
        .world
        .post(&scopes, json!({ "name": "soft", "consent": "FLEXIBLE" }))
        .await;
    assert_eq!(
        machine.ask("orders.read soft").await.text("/scope"),
        "orders.read soft"
    );
}

#[tokio::test]
async fn policies_and_rules_decide() {
    let machine = Machine::new().await;
    machine
        .world
        .post(
            &format!("{SERVER}/scopes"),
            json!({ "name": "orders.write" }),
        )
        .await;
    machine
        .change_rule(|rule| {
            rule["conditions"]["scopes"]["include"] = json!(["orders.read"]);
            rule["actions"]["token"]["accessTokenLifetimeMinutes"] = 5.into();
        })
        .await;
    let read = machine.ask("orders.read").await;
    assert_eq!(
        (read.status.as_u16(), &read.body["expires_in"]),
        (200, &json!(300))
    );
    let some = machine.ask("orders.read orders.write").await;
    assert_eq!(some.code(), (400, "access_denied"));
    assert!(some.text("/error_description").contains("[orders.write]"));
    let none = machine.ask("orders.write").await;
    assert_eq!(none.code(), (400, "access_denied"));
    // A rule further down that allows it is found, too.
    let policies = machine.world.get(&format!("{SERVER}/policies")).await;
    let policy = format!("{SERVER}/policies/{}", policies.text("/0/id"));
    let second = json!({
        "type": "RESOURCE_ACCESS", "name": "writers",
        "conditions": {
            "grantTypes": { "include": ["client_credentials"] }, "people": {},
            "scopes": { "include": ["orders.write"] },
        },
    });
    assert_eq!(
        machine
            .world
            .post(&format!("{policy}/rules"), second)
            .await
            .status,
        201
    );
    assert_eq!(machine.ask("orders.write").await.status, 200);
    machine
        .world
        .switch(&format!("{policy}/lifecycle/deactivate"))
        .await;
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (401, "access_denied")
    );
    let others = json!({
        "type": "OAUTH_AUTHORIZATION_POLICY", "name": "others", "description": "d",
        "conditions": { "clients": { "include": ["0oasomebodyelse"] } },
    });
    machine
        .world
        .post(&format!("{SERVER}/policies"), others)
        .await;
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (401, "access_denied")
    );
}

#[tokio::test]
async fn a_rule_without_the_grant_gives_nothing() {
    let machine = Machine::new().await;
    machine
        .change_rule(|rule| rule["conditions"]["grantTypes"]["include"] = json!(["implicit"]))
        .await;
    assert_eq!(
        machine.ask("orders.read").await.code(),
        (401, "access_denied")
    );
}

#[tokio::test]
async fn tokens_are_introspected_until_they_expire() {
    let machine = Machine::new().await;
    let token = machine.ask("orders.read").await.text("/access_token");
    let path = "/oauth2/default/v1/introspect";
    let alive = machine.form(path, &[("token", &token)]).await;
    assert_eq!(alive.body["active"], true);
    assert_eq!(alive.text("/client_id"), machine.id);
    assert_eq!(alive.text("/scope"), "orders.read");
    let (head, _) = token.rsplit_once('.').unwrap();
    let forged = machine
        .form(path, &[("token", &format!("{head}.AAAA"))])
        .await;
    assert_eq!(forged.body, json!({ "active": false }));
    assert_eq!(
        machine.form(path, &[("token", "")]).await.code(),
        (400, "invalid_request")
    );
    let offset = &machine.world.state.common.clock_offset;
    offset.store(3601, std::sync::atomic::Ordering::Relaxed);
    let late = machine.form(path, &[("token", &token)]).await;
    assert_eq!(late.body, json!({ "active": false }));
}

#[tokio::test]
async fn discovery_names_the_endpoints_and_published_scopes() {
    let machine = Machine::new().await;
    let world = &machine.world;
    let public = json!({ "name": "public", "metadataPublish": "ALL_CLIENTS" });
    world.post(&format!("{SERVER}/scopes"), public).await;
    for path in [
        "/oauth2/default/.well-known/oauth-authorization-server",
        "/oauth2/default/.well-known/openid-configuration",
        "/.well-known/oauth-authorization-server/oauth2/default",
    ] {
        let document = told(world.request(Method::GET, path)).await;
        assert_eq!(document.status, 200, "{path} is public");
        let issuer = format!("{}/oauth2/default", world.origin);
        assert_eq!(document.text("/issuer"), issuer);
        assert_eq!(
            document.text("/token_endpoint"),
            format!("{issuer}/v1/token")
        );
        assert_eq!(document.text("/jwks_uri"), format!("{issuer}/v1/keys"));
        let scopes = document.body["scopes_supported"].as_array().unwrap();
        assert!(scopes.contains(&json!("public")) && !scopes.contains(&json!("orders.read")));
    }
    let unknown = world
        .get("/oauth2/ausnone/.well-known/openid-configuration")
        .await;
    assert_eq!(unknown.code(), (404, "E0000007"));
    let client = world
        .get("/oauth2/default/.well-known/openid-configuration?client_id=nobody")
        .await;
    assert_eq!(client.code(), (400, "invalid_client"));
}

#[tokio::test]
async fn tokens_outlive_a_rotation() {
    let machine = Machine::new().await;
    let old = machine.ask("orders.read").await.text("/access_token");
    let rotate = format!("{SERVER}/credentials/lifecycle/keyRotate");
    machine.world.post(&rotate, json!({ "use": "sig" })).await;
    machine.read(&old).await;
    let new = machine.ask("orders.read").await.text("/access_token");
    machine.read(&new).await;
    let kid = |token: &str| decode_header(token).unwrap().kid;
    assert_ne!(kid(&old), kid(&new));
}
