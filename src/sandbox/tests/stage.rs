use std::path::Path;
use std::time::Duration;

use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};

use crate::sandbox::{Options, Sandbox, Vendor, start};

/// A started sandbox and a client that knows nothing of it but its addresses.
pub(super) struct Stage {
    pub(super) sandbox: Sandbox,
    pub(super) client: Client,
}

impl Stage {
    pub(super) async fn new() -> Self {
        Self::with(Options::default()).await
    }

    pub(super) async fn on(state: &Path) -> Self {
        Self::with(Options {
            state: Some(state.to_owned()),
            ..Options::default()
        })
        .await
    }

    pub(super) async fn with(options: Options) -> Self {
        Self {
            sandbox: start(options).await.unwrap(),
            client: Client::builder()
                .no_proxy()
                .timeout(Duration::from_secs(5))
                .build()
                .unwrap(),
        }
    }

    pub(super) fn request(&self, vendor: Vendor, method: Method, path: &str) -> RequestBuilder {
        let origin = self.sandbox.origins.of(vendor);
        let token = match vendor {
            Vendor::Okta => format!("SSWS {}", self.sandbox.okta_token),
            Vendor::Konnect | Vendor::Portal | Vendor::Gateway => {
                format!("Bearer {}", self.sandbox.konnect_token)
            }
        };
        self.client
            .request(method, format!("{origin}{path}"))
            .header("authorization", token)
    }

    pub(super) async fn get(&self, vendor: Vendor, path: &str) -> Response {
        self.request(vendor, Method::GET, path)
            .send()
            .await
            .unwrap()
    }

    /// Adds an authorization server to Okta; the outcome may be a broken connection.
    pub(super) async fn add_server(&self, name: &str) -> reqwest::Result<Response> {
        self.request(Vendor::Okta, Method::POST, SERVERS)
            .json(&json!({ "name": name, "audiences": ["api://all"] }))
            .send()
            .await
    }

    pub(super) async fn server(&self, name: &str) -> Option<Value> {
        let servers: Value = self.get(Vendor::Okta, SERVERS).await.json().await.unwrap();
        let found = |server: &&Value| server["name"] == name;
        servers.as_array().unwrap().iter().find(found).cloned()
    }

    /// Whether a server is there, without leaving a trace in faults that wait for a request.
    pub(super) async fn has_server(&self, name: &str) -> bool {
        self.server(name).await.is_some()
    }

    pub(super) async fn arm(&self, faults: Value) -> Value {
        let answer = self.control(Method::POST, "faults", Some(faults)).await;
        assert_eq!(answer.status(), StatusCode::OK);
        answer.json().await.unwrap()
    }

    pub(super) async fn control(
        &self,
        method: Method,
        name: &str,
        body: Option<Value>,
    ) -> Response {
        let url = format!("{}/_sandbox/{name}", self.sandbox.origins.gateway);
        let request = self.client.request(method, url);
        match body {
            Some(body) => request.body(body.to_string()),
            None => request,
        }
        .send()
        .await
        .unwrap()
    }

    /// The journal over HTTP.
    pub(super) async fn requests(&self) -> Vec<Value> {
        let answer = self.control(Method::GET, "requests", None).await;
        answer.json().await.unwrap()
    }
}

pub(super) const SERVERS: &str = "/api/v1/authorizationServers";
