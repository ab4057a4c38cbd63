//! Service applications: how they log in with a key, and what they may then do.

use reqwest::Method;
use serde_json::{Value, json};

use super::key::{Key, hash};
use super::world::{Told, World, told};

const APPS: &str = "/api/v1/apps";
const TOKEN: &str = "/oauth2/v1/token";
const SERVERS: &str = "/api/v1/authorizationServers";

/// A service application with a key of its own.
struct Service {
    world: World,
    key: Key,
    id: String,
    app: String,
}

impl Service {
    async fn new(key: Key, dpop: bool, scopes: &[&str]) -> Self {
        let world = World::start().await;
        let mut public = key.public.clone();
        public["kid"] = json!("first");
        public["use"] = json!("sig");
        let made = world
            .post(
                APPS,
                json!({
                    "name": "oidc_client", "label": "robot", "signOnMode": "OPENID_CONNECT",
                    "credentials": { "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } },
                    "settings": { "oauthClient": {
                        "application_type": "service", "grant_types": ["client_credentials"],
                        "dpop_bound_access_tokens": dpop, "jwks": { "keys": [public] },
                    } },
                }),
            )
            .await;
        assert_eq!(made.status, 200, "{}", made.body);
        let id = made.text("/id");
        let app = format!("{APPS}/{id}");
        for scope in scopes {
            let grant = json!({ "issuer": world.origin, "scopeId": scope });
            let granted = world.post(&format!("{app}/grants"), grant).await;
            assert_eq!(granted.status, 201, "{}", granted.body);
        }
        Self {
            world,
            key,
            id,
            app,
        }
    }

    fn now(&self) -> i64 {
        self.world.state.now().as_second()
    }

    fn claims(&self, path: &str) -> Value {
        json!({
            "iss": self.id, "sub": self.id, "aud": format!("{}{path}", self.world.origin),
            "iat": self.now(), "exp": self.now() + 300, "jti": uuid::Uuid::new_v4(),
        })
    }

    async fn ask_with(
        &self,
        path: &str,
        scope: &str,
        assertion: &str,
        proof: Option<&str>,
    ) -> Told {
        let mut request = self.world.request(Method::POST, path).form(&[
            ("grant_type", "client_credentials"),
            ("scope", scope),
            (
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
            ),
            ("client_assertion", assertion),
        ]);
        if let Some(proof) = proof {
            request = request.header("dpop", proof);
        }
        told(request).await
    }

    async fn ask(&self, scope: &str) -> Told {
        let assertion = self.key.sign(Some("first"), &self.claims(TOKEN));
        self.ask_with(TOKEN, scope, &assertion, None).await
    }

    /// What the endpoint says of an assertion whose claims were changed.
    async fn refused(&self, kid: Option<&str>, change: impl Fn(&mut Value)) -> String {
        let mut claims = self.claims(TOKEN);
        change(&mut claims);
        let assertion = self.key.sign(kid, &claims);
        let told = self
            .ask_with(TOKEN, "okta.apps.read", &assertion, None)
            .await;
        assert_eq!(told.code(), (401, "invalid_client"), "{}", told.body);
        told.text("/error_description")
    }

    async fn call(&self, method: Method, path: &str, scheme: &str, token: &str) -> Told {
        let request = self.world.request(method, path);
        let request = request.header("content-length", "0");
        told(request.header("authorization", format!("{scheme} {token}"))).await
    }

    fn proof(&self, key: &Key, method: &str, path: &str, more: &Value) -> String {
        let mut claims = json!({
            "htm": method, "htu": format!("{}{path}", self.world.origin),
            "iat": self.now(), "jti": uuid::Uuid::new_v4(),
        });
        for (name, value) in more.as_object().unwrap() {
            claims[name] = value.clone();
        }
        key.prove(&claims)
    }
}

#[tokio::test]
async fn rsa_and_ec_keys_open_the_management_api() {
    for key in [Key::rsa(), Key::ec()] {
        let service = Service::new(key, false, &["okta.authorizationServers.read"]).await;
        let asked = "okta.authorizationServers.read okta.apps.read";
        let token = service.ask(asked).await;
        assert_eq!(token.status, 200, "{}", token.body);
        assert_eq!(token.text("/token_type"), "Bearer");
        assert_eq!(token.body["expires_in"], 3600);
        // what was not granted is dropped without a word
        assert_eq!(token.text("/scope"), "okta.authorizationServers.read");
        let token = token.text("/access_token");
        let list = service.call(Method::GET, SERVERS, "Bearer", &token).await;
        assert_eq!(list.status, 200);
        assert_eq!(list.text("/0/name"), "default");
        let apps = service.call(Method::GET, APPS, "Bearer", &token).await;
        assert_eq!(apps.code(), (403, "E0000006"));
        let challenge = apps.header("www-authenticate");
        assert!(challenge.starts_with("Bearer "), "{challenge}");
        assert!(
            challenge.contains("scope=\"okta.apps.read\""),
            "{challenge}"
        );
        assert!(challenge.contains("error=\"insufficient_scope\""));
        let path = format!("{SERVERS}/default/scopes");
        let write = service.call(Method::POST, &path, "Bearer", &token).await;
        assert_eq!(write.code(), (403, "E0000006"));
        let path = "/api/v1/api-tokens/current";
        let own = service.call(Method::DELETE, path, "Bearer", &token).await;
        assert_eq!(own.code(), (403, "E0000006"));
    }
}

#[tokio::test]
async fn assertions_are_checked_and_used_up() {
    let service = Service::new(Key::ec(), false, &["okta.apps.read"]).await;
    let first = Some("first");
    let of = |claim: &str, value: Value| {
        let claim = claim.to_owned();
        move |claims: &mut Value| claims[&claim] = value.clone()
    };
    let now = service.now();
    let said = service.refused(first, of("exp", json!(now - 1))).await;
    assert_eq!(said, "The client_assertion token is expired.");
    let said = service.refused(first, of("exp", json!(now + 3_700))).await;
    assert!(said.ends_with("too far into the future."), "{said}");
    let issuer = json!(service.world.origin);
    let said = service.refused(first, of("aud", issuer)).await;
    assert!(said.contains("audience"), "{said}");
    let said = service.refused(Some("second"), |_| {}).await;
    assert_eq!(said, "The client_assertion JWT kid is invalid.");
    service.refused(first, of("iss", json!("somebody"))).await;

    let other = Key::ec().sign(first, &service.claims(TOKEN));
    let forged = service
        .ask_with(TOKEN, "okta.apps.read", &other, None)
        .await;
    let said = forged.text("/error_description");
    assert_eq!(said, "The client_assertion signature is invalid.");

    // whoever has one key need not name it
    let assertion = service.key.sign(None, &service.claims(TOKEN));
    let fresh = service
        .ask_with(TOKEN, "okta.apps.read", &assertion, None)
        .await;
    assert_eq!(fresh.status, 200, "{}", fresh.body);
    let again = service
        .ask_with(TOKEN, "okta.apps.read", &assertion, None)
        .await;
    assert_eq!(again.code(), (401, "invalid_client"));
    let said = again.text("/error_description");
    assert_eq!(said, "The client_assertion token has already been used.");
}

#[tokio::test]
async fn the_org_gives_its_own_scopes_only() {
    let service = Service::new(Key::ec(), false, &["okta.apps.read"]).await;
    for scope in [
        "",
        "openid",
        "orders.read",
        "okta.nothing.read",
        "okta.logs.read",
    ] {
        let refused = service.ask(scope).await;
        assert_eq!(refused.code(), (400, "invalid_scope"), "{scope}");
    }
    // a grant that was taken back counts no more
    let grants = format!("{}/grants", service.app);
    let grant = service.world.get(&grants).await.text("/0/id");
    let path = format!("{grants}/{grant}");
    assert_eq!(service.world.delete(&path).await.status, 204);
    let refused = service.ask("okta.apps.read").await;
    assert_eq!(refused.code(), (400, "invalid_scope"));
}

#[tokio::test]
async fn an_access_token_ends() {
    let service = Service::new(Key::ec(), false, &["okta.apps.read"]).await;
    let token = service.ask("okta.apps.read").await.text("/access_token");
    let call = async || service.call(Method::GET, APPS, "Bearer", &token).await;
    assert_eq!(call().await.status, 200);
    let offset = &service.world.state.common.clock_offset;
    offset.store(3_601, std::sync::atomic::Ordering::Relaxed);
    let ended = call().await;
    assert_eq!(ended.code(), (401, "E0000011"));
    assert!(ended.header("www-authenticate").contains("invalid_token"));
    offset.store(0, std::sync::atomic::Ordering::Relaxed);
    let (head, _) = token.rsplit_once('.').unwrap();
    let forged = format!("{head}.AAAA");
    let forged = service.call(Method::GET, APPS, "Bearer", &forged).await;
    assert_eq!(forged.code(), (401, "E0000011"));
    let off = format!("{}/lifecycle/deactivate", service.app);
    service.world.switch(&off).await;
    assert_eq!(call().await.code(), (401, "E0000011"));
}

#[tokio::test]
async fn a_bound_token_is_got_in_two_rounds_and_needs_a_proof_each_time() {
    let service = Service::new(Key::ec(), true, &["okta.apps.read"]).await;
    let scope = "okta.apps.read";
    let bare = service.ask(scope).await;
    assert_eq!(bare.code(), (400, "invalid_dpop_proof"));

    let key = Key::ec();
    let assertion = service.key.sign(None, &service.claims(TOKEN));
    let proof = service.proof(&key, "POST", TOKEN, &json!({}));
    let first = service
        .ask_with(TOKEN, scope, &assertion, Some(&proof))
        .await;
    assert_eq!(first.code(), (400, "use_dpop_nonce"));
    let nonce = first.header("dpop-nonce").to_owned();
    let nonce = json!({ "nonce": nonce });
    let proof = service.proof(&key, "POST", TOKEN, &nonce);
    // the assertion of the first round is used up
    let stale = service
        .ask_with(TOKEN, scope, &assertion, Some(&proof))
        .await;
    assert_eq!(stale.code(), (401, "invalid_client"));
    let assertion = service.key.sign(None, &service.claims(TOKEN));
    let token = service
        .ask_with(TOKEN, scope, &assertion, Some(&proof))
        .await;
    assert_eq!(token.status, 200, "{}", token.body);
    assert_eq!(token.text("/token_type"), "DPoP");
    let token = token.text("/access_token");

    let call = async |path: &str, proof: &str| {
        let request = service.world.request(Method::GET, path);
        let request = request.header("authorization", format!("DPoP {token}"));
        told(request.header("dpop", proof)).await
    };
    let ath = json!({ "ath": hash(&token) });
    let proof = service.proof(&key, "GET", APPS, &ath);
    // the query is no part of what is proven
    let path = format!("{APPS}?limit=1");
    assert_eq!(call(&path, &proof).await.status, 200);
    let replay = call(&path, &proof).await;
    assert_eq!(replay.status, 400);
    let challenge = replay.header("www-authenticate");
    assert!(challenge.starts_with("DPoP algs="), "{challenge}");
    assert!(challenge.contains("has already been used."), "{challenge}");
    let old = service.now() - 400;
    for (key, method, path, claims) in [
        (&key, "POST", APPS, ath.clone()),
        (&key, "GET", "/api/v1/logs", ath.clone()),
        (&key, "GET", "/api/v1/apps?limit=1", ath.clone()),
        (&key, "GET", APPS, json!({})),
        (&key, "GET", APPS, json!({ "ath": hash("other") })),
        (
            &key,
            "GET",
            APPS,
            json!({ "ath": hash(&token), "iat": old }),
        ),
        (&Key::ec(), "GET", APPS, ath.clone()),
    ] {
        let proof = service.proof(key, method, path, &claims);
        let refused = call(APPS, &proof).await;
        assert_eq!(refused.status, 400, "{method} {path} {claims}");
        let challenge = refused.header("www-authenticate");
        assert!(challenge.contains("invalid_dpop_proof"), "{challenge}");
    }
    let bearer = service.call(Method::GET, APPS, "Bearer", &token).await;
    assert_eq!(bearer.status, 400);
}

#[tokio::test]
async fn a_client_with_a_secret_gets_nothing_from_the_org() {
    let world = World::start().await;
    let made = world.post(APPS, super::apps::service("a")).await;
    let secret = made.text("/credentials/oauthClient/client_secret");
    let request = world.request(Method::POST, TOKEN);
    let form = [
        ("grant_type", "client_credentials"),
        ("scope", "okta.apps.read"),
    ];
    let request = request.basic_auth(made.text("/id"), Some(secret));
    let refused = told(request.form(&form)).await;
    assert_eq!(refused.code(), (401, "invalid_client"));
    assert!(
        refused
            .text("/error_description")
            .contains("private_key_jwt")
    );
}

#[tokio::test]
async fn a_key_opens_custom_servers_too() {
    let service = Service::new(Key::ec(), false, &[]).await;
    let path = format!("{SERVERS}/default/scopes");
    service.world.post(&path, json!({ "name": "orders" })).await;
    let endpoint = "/oauth2/default/v1/token";
    let assertion = service.key.sign(None, &service.claims(endpoint));
    let token = service.ask_with(endpoint, "orders", &assertion, None).await;
    assert_eq!(token.status, 200, "{}", token.body);
    let elsewhere = service.key.sign(None, &service.claims(TOKEN));
    let refused = service.ask_with(endpoint, "orders", &elsewhere, None).await;
    assert_eq!(refused.code(), (401, "invalid_client"));

    // its token is the client's to ask about
    let introspect = "/oauth2/default/v1/introspect";
    let assertion = service.key.sign(None, &service.claims(introspect));
    let asked = service.world.request(Method::POST, introspect).form(&[
        ("token", token.text("/access_token")),
        (
            "client_assertion_type",
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".to_owned(),
        ),
        ("client_assertion", assertion),
    ]);
    let told = told(asked).await;
    assert_eq!(told.body["active"], true, "{}", told.body);
    assert_eq!(told.text("/client_id"), service.id);
}

#[tokio::test]
async fn keys_are_added_switched_and_deleted() {
    let service = Service::new(Key::ec(), false, &["okta.apps.read"]).await;
    let keys = format!("{}/credentials/jwks", service.app);
    let second = Key::ec();
    let mut body = second.public.clone();
    body["kid"] = json!("second");
    body["use"] = json!("sig");
    let made = service.world.post(&keys, body.clone()).await;
    assert_eq!(made.status, 201, "{}", made.body);
    assert!(made.text("/id").starts_with("pks"));
    let twice = service.world.post(&keys, body).await;
    assert_eq!(twice.code(), (400, "E0000001"));
    let both = service.world.get(&keys).await;
    assert_eq!(both.body["keys"].as_array().unwrap().len(), 2);

    let path = format!("{keys}/{}", both.text("/keys/0/id"));
    let early = service.world.delete(&path).await;
    assert_eq!(early.code(), (400, "E0000001"));
    let off = format!("{path}/lifecycle/deactivate");
    assert_eq!(service.world.switch(&off).await.text("/status"), "INACTIVE");
    let refused = service.ask("okta.apps.read").await;
    let said = refused.text("/error_description");
    assert_eq!(said, "The client_assertion JWT kid is invalid.");
    let assertion = second.sign(Some("second"), &service.claims(TOKEN));
    let opened = service
        .ask_with(TOKEN, "okta.apps.read", &assertion, None)
        .await;
    assert_eq!(opened.status, 200, "{}", opened.body);
    let final_one = format!("{keys}/{}/lifecycle/deactivate", made.text("/id"));
    assert_eq!(
        service.world.switch(&final_one).await.code(),
        (400, "E0000001")
    );
    assert_eq!(service.world.delete(&path).await.status, 204);
    assert_eq!(service.world.get(&path).await.code(), (404, "E0000007"));
}

#[tokio::test]
async fn grants_are_given_once_and_for_known_scopes() {
    let service = Service::new(Key::ec(), false, &["okta.apps.read"]).await;
    let grants = format!("{}/grants", service.app);
    let post = async |issuer: &str, scope: &str| {
        let body = json!({ "issuer": issuer, "scopeId": scope });
        service.world.post(&grants, body).await
    };
    let own = &service.world.origin;
    for (issuer, scope) in [
        (own.as_str(), "okta.apps.read"),
        (own, "okta.nothing.read"),
        (own, "orders.read"),
        ("https://other.example", "okta.logs.read"),
    ] {
        assert_eq!(
            post(issuer, scope).await.code(),
            (400, "E0000001"),
            "{scope}"
        );
    }
    let list = service.world.get(&format!("{grants}?expand=scope")).await;
    assert_eq!(list.text("/0/scopeId"), "okta.apps.read");
    assert_eq!(list.text("/0/_embedded/scope/id"), "okta.apps.read");
    assert_eq!(list.text("/0/clientId"), service.id);
}
