//! The vendors' tutorial on Dynamic Client Registration, followed by plain HTTP against a started
//! sandbox. No client of ours takes part, so what passes here passes for the vendors' protocols.

#![allow(clippy::unwrap_used)] // a test may

use dcrsync::sandbox::{Options, Sandbox, start};
use reqwest::{Client, Method, RequestBuilder};
use serde_json::{Value, json};

/// A person with a web client who follows the tutorial.
struct Reader {
    sandbox: Sandbox,
    http: Client,
}

impl Reader {
    async fn start() -> Self {
        Self {
            sandbox: start(Options::default()).await.unwrap(),
            http: Client::builder().no_proxy().build().unwrap(),
        }
    }

    async fn send(request: RequestBuilder, status: u16) -> Value {
        let answer = request.send().await.unwrap();
        let (heard, url) = (answer.status().as_u16(), answer.url().clone());
        let text = answer.text().await.unwrap();
        assert_eq!(heard, status, "{url}: {text}");
        serde_json::from_str(&text).unwrap_or_default()
    }

    async fn okta(&self, verb: &str, path: &str, body: Value, status: u16) -> Value {
        let url = format!("{}{path}", self.sandbox.origins.okta);
        let token = format!("SSWS {}", self.sandbox.okta_token);
        let request = self.http.request(verb.parse().unwrap(), url);
        Self::send(with(request.header("authorization", token), &body), status).await
    }

    async fn konnect(&self, verb: &str, path: &str, body: Value, status: u16) -> Value {
        let url = format!("{}{path}", self.sandbox.origins.konnect);
        let request = self.http.request(verb.parse().unwrap(), url);
        let request = request.bearer_auth(&self.sandbox.konnect_token);
        Self::send(with(request, &body), status).await
    }

    async fn portal(&self, cookie: &str, path: &str, body: Value, status: u16) -> Value {
        let url = format!("{}/api/v3{path}", self.sandbox.origins.portal);
        let method = if body.is_null() {
            Method::GET
        } else {
            Method::POST
        };
        let request = self.http.request(method, url).header("cookie", cookie);
        Self::send(with(request, &body), status).await
    }

    /// Logs in at the portal as the seeded developer; gives the cookie.
    async fn log_in(&self) -> String {
        let url = format!(
            "{}/api/v3/developer/authenticate",
            self.sandbox.origins.portal
        );
        let body = json!({ "username": "dev@example.com", "password": "sandbox" });
        let answer = self.http.post(url).json(&body).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        let cookies = answer.headers().get_all("set-cookie").iter();
        let mut cookies = cookies.map(|cookie| cookie.to_str().unwrap());
        let access = cookies.find(|cookie| cookie.starts_with("portalaccesstoken="));
        access.unwrap().split(';').next().unwrap().to_owned()
    }

    /// Calls the registered route with the pair in the header, as the tutorial's last step does.
    async fn call(&self, id: &str, secret: &str, status: u16) -> Value {
        let url = format!("{}/orders", self.sandbox.origins.gateway);
        let request = self.http.get(url).basic_auth(id, Some(secret));
        Self::send(request, status).await
    }

    /// Configures Okta: scopes and the claim. Gives the issuer.
    async fn prepare_okta(&self) -> String {
        let servers = self.okta("GET", "/api/v1/authorizationServers", Value::Null, 200);
        let servers = servers.await;
        let server = servers.as_array().unwrap().iter();
        let server = server.clone().find(|s| s["name"] == "default").unwrap();
        let issuer = text(server, "issuer");
        let path = format!("/api/v1/authorizationServers/{}", text(server, "id"));
        for name in ["orders.read", "orders.write"] {
            let scope = json!({ "name": name, "consent": "IMPLICIT" });
            self.okta("POST", &format!("{path}/scopes"), scope, 201)
                .await;
        }
        let claim = json!({
            "name": "client_id", "value": "app.clientId", "valueType": "EXPRESSION",
            "claimType": "RESOURCE", "status": "ACTIVE", "conditions": { "scopes": [] },
        });
        self.okta("POST", &format!("{path}/claims"), claim, 201)
            .await;
        issuer
    }

    /// Creates the provider and the strategy, and publishes the API with it. Gives the strategy's
    /// and the API's id.
    async fn prepare_konnect(&self, issuer: &str) -> (String, String) {
        let provider = json!({
            "name": "DCR Okta", "provider_type": "okta", "issuer": issuer,
            "dcr_config": { "dcr_token": self.sandbox.okta_token },
        });
        let provider = self
            .konnect("POST", "/v2/dcr-providers", provider, 201)
            .await;
        let provider = text(&provider, "id");
        let verify = format!("/v2/dcr-providers/{provider}/verify");
        let verdict = self.konnect("POST", &verify, Value::Null, 200).await;
        assert_eq!(verdict, json!({ "status": "success", "errors": [] }));

        let mut strategy = json!({
            "name": "Okta auth strategy", "display_name": "Okta", "strategy_type": "okta",
            "configs": { "openid-connect": {
                "issuer": issuer, "credential_claim": ["client_id"],
                "scopes": ["orders.read", "orders.write"],
                "auth_methods": ["client_credentials", "bearer"],
            }},
            "dcr_provider_id": provider,
        });
        let path = "/v2/application-auth-strategies";
        let refused = self.konnect("POST", path, strategy.clone(), 400).await;
        assert_eq!(refused["invalid_parameters"][0]["field"], "strategy_type");
        strategy["strategy_type"] = json!("openid_connect");
        let strategy = text(&self.konnect("POST", path, strategy, 201).await, "id");

        let portals = "/v3/portals?filter[name][eq]=developer-portal";
        let portals = self.konnect("GET", portals, Value::Null, 200).await;
        let portal = text(&portals["data"][0], "id");
        let apis = self.konnect("GET", "/v3/apis?filter[name][eq]=orders", Value::Null, 200);
        let api = text(&apis.await["data"][0], "id");
        let path = format!("/v3/apis/{api}/publications/{portal}");
        let publication = json!({ "auth_strategy_ids": [strategy], "visibility": "public" });
        self.konnect("PUT", &path, publication, 200).await;
        (strategy, api)
    }
}

fn with(request: RequestBuilder, body: &Value) -> RequestBuilder {
    if body.is_null() {
        return request;
    }
    request.json(body)
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn the_tutorial_leads_to_a_successful_request() {
    let reader = Reader::start().await;
    let issuer = reader.prepare_okta().await;
    let (strategy, api) = reader.prepare_konnect(&issuer).await;

    // New App
    let cookie = reader.log_in().await;
    let app = json!({ "name": "Backend", "auth_strategy_id": strategy });
    let app = reader.portal(&cookie, "/applications", app, 201).await;
    let (id, secret) = (text(&app, "client_id"), text(&app, "client_secret"));

    // "you will see it in Okta", in both of its APIs
    let path = format!("/oauth2/v1/clients/{id}");
    let client = reader.okta("GET", &path, Value::Null, 200).await;
    assert_eq!(client["client_name"], "Backend");
    let listed = reader.okta("GET", "/api/v1/apps?q=Backend", Value::Null, 200);
    assert_eq!(
        listed.await[0]["credentials"]["oauthClient"]["client_id"],
        json!(id)
    );

    // "Make a successful request": not before the registration is approved
    reader.call(&id, &secret, 403).await;
    let path = format!("/applications/{}/registrations", text(&app, "id"));
    let registration = reader.portal(&cookie, &path, json!({ "api_id": api }), 201);
    let registration = registration.await;
    assert_eq!(registration["status"], "pending");
    reader.call(&id, &secret, 403).await;
    let portals = reader.konnect("GET", "/v3/portals", Value::Null, 200).await;
    let approve = format!(
        "/v3/portals/{}/applications/{}/registrations/{}",
        text(&portals["data"][0], "id"),
        text(&app, "id"),
        text(&registration, "id"),
    );
    let approved = json!({ "status": "approved" });
    reader.konnect("PATCH", &approve, approved, 200).await;
    let good = reader.call(&id, &secret, 200).await;
    assert_eq!(good["application"]["name"], "Backend");
    reader.call(&id, "wrong", 401).await;

    // the same by a token of one's own
    let request = reader.http.post(format!("{issuer}/v1/token"));
    let request = request.basic_auth(&id, Some(&secret)).form(&[
        ("grant_type", "client_credentials"),
        ("scope", "orders.read"),
    ]);
    let token = Reader::send(request, 200).await;
    let url = format!("{}/orders/17", reader.sandbox.origins.gateway);
    let request = reader
        .http
        .get(url)
        .bearer_auth(text(&token, "access_token"));
    Reader::send(request, 200).await;
    reader.sandbox.shutdown().await.unwrap();
}

#[tokio::test]
async fn secrets_are_rotated_at_okta_without_a_gap() {
    let reader = Reader::start().await;
    let issuer = reader.prepare_okta().await;
    let (strategy, api) = reader.prepare_konnect(&issuer).await;
    let cookie = reader.log_in().await;
    let app = json!({ "name": "Backend", "auth_strategy_id": strategy });
    let app = reader.portal(&cookie, "/applications", app, 201).await;
    let (id, old) = (text(&app, "client_id"), text(&app, "client_secret"));
    let path = format!("/applications/{}", text(&app, "id"));
    let registration = format!("{path}/registrations");
    reader
        .portal(&cookie, &registration, json!({ "api_id": api }), 201)
        .await;

    let credentials = format!("{path}/credentials");
    let listed = reader.portal(&cookie, &credentials, Value::Null, 200).await;
    let first = text(&listed["data"][0], "id");
    let new = reader.portal(&cookie, &credentials, json!({}), 201).await;
    let new = text(&new, "client_secret");
    // both are good: the registration is what is missing
    for secret in [&old, &new] {
        reader.call(&id, secret, 403).await;
    }
    reader.portal(&cookie, &credentials, json!({}), 403).await;
    let url = format!(
        "{}/api/v3{credentials}/{first}",
        reader.sandbox.origins.portal
    );
    let request = reader.http.delete(url).header("cookie", &cookie);
    Reader::send(request, 204).await;
    reader.call(&id, &old, 401).await;
    reader.call(&id, &new, 403).await;

    // in place, when there is one
    let renew = format!("{path}/regenerate-secret");
    let renewed = reader.portal(&cookie, &renew, json!({}), 201).await;
    reader.call(&id, &new, 401).await;
    reader
        .call(&id, &text(&renewed, "client_secret"), 403)
        .await;
    reader.sandbox.shutdown().await.unwrap();
}

#[tokio::test]
async fn a_deleted_application_takes_its_client_with_it() {
    let reader = Reader::start().await;
    let issuer = reader.prepare_okta().await;
    let (strategy, _) = reader.prepare_konnect(&issuer).await;
    let cookie = reader.log_in().await;
    let app = json!({ "name": "Backend", "auth_strategy_id": strategy });
    let app = reader.portal(&cookie, "/applications", app, 201).await;
    let client = format!("/oauth2/v1/clients/{}", text(&app, "client_id"));
    reader.okta("GET", &client, Value::Null, 200).await;
    let url = format!(
        "{}/api/v3/applications/{}",
        reader.sandbox.origins.portal,
        text(&app, "id")
    );
    let request = reader.http.delete(url).header("cookie", &cookie);
    Reader::send(request, 204).await;
    reader.okta("GET", &client, Value::Null, 404).await;
    reader.sandbox.shutdown().await.unwrap();
}
