//! A served account for tests, spoken to by plain HTTP.

use std::sync::Arc;

use reqwest::Method;
use serde_json::{Value, json};

pub(in crate::sandbox) use super::fake_okta::{FakeOkta, TOKEN};
use crate::sandbox::konnect::{ADMIN_TOKEN, KonnectState, router};
use crate::sandbox::shared::{Common, Origins, Shared};
use crate::sandbox::{gateway, portal};

pub(in crate::sandbox) struct World {
    pub(in crate::sandbox) okta: FakeOkta,
    pub(in crate::sandbox) origins: Origins,
    pub(in crate::sandbox) state: Shared<KonnectState>,
    pub(in crate::sandbox) http: reqwest::Client,
}

/// An answer: status, body (null if there is none), and the cookies that it sets.
#[derive(Debug)]
#[must_use]
pub(in crate::sandbox) struct Heard {
    pub(in crate::sandbox) status: u16,
    pub(in crate::sandbox) body: Value,
    pub(in crate::sandbox) kind: String,
    pub(in crate::sandbox) cookies: Vec<String>,
    pub(in crate::sandbox) challenge: Option<String>,
}

impl Heard {
    /// The body, if the status is right.
    #[track_caller]
    pub(in crate::sandbox) fn with(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.body);
        self.body
    }

    /// The id in the body, if the status is right.
    #[track_caller]
    pub(in crate::sandbox) fn id(self, status: u16) -> String {
        let body = self.with(status);
        body["id"].as_str().unwrap().to_owned()
    }

    /// `field: rule` of each invalid parameter of a 400.
    #[track_caller]
    pub(in crate::sandbox) fn invalid(self) -> Vec<String> {
        assert_eq!(self.kind, "application/problem+json");
        let body = self.with(400);
        let entries = body["invalid_parameters"].as_array().unwrap();
        let text = |entry: &Value, key: &str| entry[key].as_str().unwrap().to_owned();
        let entries = entries.iter();
        entries
            .map(|e| format!("{}: {}", text(e, "field"), text(e, "rule")))
            .collect()
    }
}

impl World {
    pub(in crate::sandbox) async fn start() -> Self {
        let okta = FakeOkta::start().await;
        let common = Arc::new(Common::default());
        let seed = KonnectState::seed(jiff::Timestamp::now());
        let state = Shared::new(seed, Arc::clone(&common));
        let origins = Origins {
            okta: okta.origin.clone(),
            konnect: serve(router(state.clone())).await,
            portal: serve(portal::router(state.clone())).await,
            gateway: serve(gateway::router(state.clone())).await,
        };
        common.origins.set(origins.clone()).unwrap();
        Self {
            okta,
            origins,
            state,
            http: reqwest::Client::builder().no_proxy().build().unwrap(),
        }
    }

    /// Asks the admin API.
    pub(in crate::sandbox) async fn admin(&self, verb: &str, path: &str, body: Value) -> Heard {
        let url = format!("{}{path}", self.origins.konnect);
        self.ask(
            verb,
            &url,
            &[("authorization", &format!("Bearer {ADMIN_TOKEN}"))],
            body,
        )
        .await
    }

    /// Asks any server; a null body is none.
    pub(in crate::sandbox) async fn ask(
        &self,
        verb: &str,
        url: &str,
        headers: &[(&str, &str)],
        body: Value,
    ) -> Heard {
        let method = Method::from_bytes(verb.as_bytes()).unwrap();
        let mut request = self.http.request(method, url);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_null() {
            request = request.json(&body);
        }
        let answer = request.send().await.unwrap();
        let header = |name: &str| -> Vec<String> {
            let values = answer.headers().get_all(name).iter();
            values.map(|v| v.to_str().unwrap().to_owned()).collect()
        };
        let (cookies, kind) = (header("set-cookie"), header("content-type"));
        let challenge = header("www-authenticate");
        let status = answer.status().as_u16();
        let text = answer.text().await.unwrap();
        Heard {
            status,
            body: serde_json::from_str(&text).unwrap_or_default(),
            kind: kind.into_iter().next().unwrap_or_default(),
            cookies,
            challenge: challenge.into_iter().next(),
        }
    }

    /// Logs in at the portal and gives the cookie to send.
    pub(in crate::sandbox) async fn log_in(&self, email: &str, password: &str) -> String {
        let url = format!("{}/api/v3/developer/authenticate", self.origins.portal);
        let body = json!({ "username": email, "password": password });
        let heard = self.ask("POST", &url, &[], body).await;
        assert_eq!(heard.status, 204, "{}", heard.body);
        let cookie = heard.cookies[0].split(';').next().unwrap();
        assert!(cookie.starts_with("portalaccesstoken="), "{cookie}");
        cookie.to_owned()
    }

    /// Asks the Portal API with a cookie.
    pub(in crate::sandbox) async fn portal(
        &self,
        cookie: &str,
        verb: &str,
        path: &str,
        body: Value,
    ) -> Heard {
        let url = format!("{}/api/v3{path}", self.origins.portal);
        self.ask(verb, &url, &[("cookie", cookie)], body).await
    }

    /// Creates the tutorial's DCR provider; gives its id.
    pub(in crate::sandbox) async fn provider(&self) -> String {
        let body = provider_body(&self.okta.issuer());
        self.admin("POST", "/v2/dcr-providers", body).await.id(201)
    }

    /// Creates the tutorial's strategy with a provider of its own; gives its id.
    pub(in crate::sandbox) async fn strategy(&self) -> String {
        let body = strategy_body(&self.okta.issuer(), &self.provider().await);
        self.admin("POST", "/v2/application-auth-strategies", body)
            .await
            .id(201)
    }

    /// The ids of the seeded portal, developer and API.
    pub(in crate::sandbox) async fn seeded(&self) -> (String, String, String) {
        let first = |list: Value| list["data"][0]["id"].as_str().unwrap().to_owned();
        let portal = first(
            self.admin("GET", "/v3/portals", Value::Null)
                .await
                .with(200),
        );
        let path = format!("/v3/portals/{portal}/developers");
        let developer = first(self.admin("GET", &path, Value::Null).await.with(200));
        let api = first(self.admin("GET", "/v3/apis", Value::Null).await.with(200));
        (portal, developer, api)
    }

    /// Publishes the seeded API with a strategy.
    pub(in crate::sandbox) async fn publish(&self, strategy: &str, auto_approve: bool) {
        let (portal, _, api) = self.seeded().await;
        let path = format!("/v3/apis/{api}/publications/{portal}");
        let body = json!({
            "auth_strategy_ids": [strategy],
            "auto_approve_registrations": auto_approve,
            "visibility": "public",
        });
        self.admin("PUT", &path, body).await.with(200);
    }
}

pub(in crate::sandbox) fn provider_body(issuer: &str) -> Value {
    json!({
        "name": "DCR Okta",
        "provider_type": "okta",
        "issuer": issuer,
        "dcr_config": { "dcr_token": TOKEN },
    })
}

pub(in crate::sandbox) fn strategy_body(issuer: &str, provider: &str) -> Value {
    json!({
        "name": "Okta auth strategy",
        "display_name": "Okta",
        "strategy_type": "openid_connect",
        "configs": { "openid-connect": {
            "issuer": issuer,
            "credential_claim": ["client_id"],
            "scopes": ["orders.read", "orders.write"],
            "auth_methods": ["client_credentials", "bearer"],
        }},
        "dcr_provider_id": provider,
    })
}

/// Serves a router on a free port; gives its origin.
pub(in crate::sandbox) async fn serve(router: axum::Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    origin
}
