use std::sync::Arc;

use axum::http::StatusCode;
use reqwest::{Client, Method, RequestBuilder, Response};
use serde_json::Value;

use super::super::{OktaState, router};
use crate::sandbox::shared::{Common, Shared};

/// A served org and somebody who may change it.
pub(super) struct World {
    pub(super) origin: String,
    pub(super) token: String,
    pub(super) state: Shared<OktaState>,
    pub(super) client: Client,
}

/// An answer, read.
#[derive(Debug)]
pub(super) struct Told {
    pub(super) status: StatusCode,
    pub(super) headers: http::HeaderMap,
    pub(super) body: Value,
}

impl World {
    pub(super) async fn start() -> Self {
        Self::with(OktaState::seed(jiff::Timestamp::now())).await
    }

    pub(super) async fn with(state: OktaState) -> Self {
        let token = state.admin_token().to_owned();
        let state = Shared::new(state, Arc::new(Common::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let routes = router(state.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let client = Client::builder().no_proxy().build().unwrap();
        Self {
            origin,
            token,
            state,
            client,
        }
    }

    pub(super) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.origin))
    }

    pub(super) fn admin(&self, method: Method, path: &str) -> RequestBuilder {
        self.request(method, path)
            .header("authorization", format!("SSWS {}", self.token))
    }

    pub(super) async fn get(&self, path: &str) -> Told {
        told(self.admin(Method::GET, path)).await
    }

    pub(super) async fn post(&self, path: &str, body: Value) -> Told {
        told(self.admin(Method::POST, path).json(&body)).await
    }

    pub(super) async fn put(&self, path: &str, body: Value) -> Told {
        told(self.admin(Method::PUT, path).json(&body)).await
    }

    pub(super) async fn delete(&self, path: &str) -> Told {
        told(self.admin(Method::DELETE, path)).await
    }

    /// A lifecycle call, which has no body.
    pub(super) async fn switch(&self, path: &str) -> Told {
        told(self.admin(Method::POST, path).header("content-length", "0")).await
    }
}

pub(super) async fn told(request: RequestBuilder) -> Told {
    let response: Response = request.send().await.unwrap();
    let status = response.status();
    let headers = response.headers().clone();
    let text = response.text().await.unwrap();
    let body = if text.is_empty() {
        Value::Null
    } else {
        serde_json::from_str(&text).unwrap()
    };
    Told {
        status,
        headers,
        body,
    }
}

impl Told {
    pub(super) fn code(&self) -> (u16, &str) {
        let code = self
            .body
            .get("errorCode")
            .or_else(|| self.body.get("error"));
        (
            self.status.as_u16(),
            code.and_then(Value::as_str).unwrap_or(""),
        )
    }

    pub(super) fn text(&self, pointer: &str) -> String {
        let value = self.body.pointer(pointer).and_then(Value::as_str);
        value
            .unwrap_or_else(|| panic!("no {pointer} in {}", self.body))
            .to_owned()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }
}
