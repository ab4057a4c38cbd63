use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Refusal;

/// What an operation says when it went well. No `Debug`: the body may hold a secret.
pub(crate) struct Reply {
    status: StatusCode,
    body: Option<Value>,
    links: Vec<String>,
}

/// An answer or a refusal.
pub(crate) type Answer = Result<Reply, Refusal>;

impl Reply {
    /// 200 with a body.
    pub(crate) fn ok(body: Value) -> Self {
        Self {
            status: StatusCode::OK,
            body: Some(body),
            links: Vec::new(),
        }
    }

    /// 201 with the new object.
    pub(crate) fn created(body: Value) -> Self {
        Self {
            status: StatusCode::CREATED,
            ..Self::ok(body)
        }
    }

    /// 204.
    pub(crate) fn empty() -> Self {
        Self {
            status: StatusCode::NO_CONTENT,
            body: None,
            links: Vec::new(),
        }
    }

    /// Adds `Link` header lines.
    pub(crate) fn with_links(self, links: Vec<String>) -> Self {
        Self { links, ..self }
    }
}

impl IntoResponse for Reply {
    fn into_response(self) -> Response {
        let mut response = match self.body {
            Some(body) => (self.status, Json(body)).into_response(),
            None => self.status.into_response(),
        };
        for link in self.links {
            if let Ok(value) = HeaderValue::try_from(link) {
                response.headers_mut().append(header::LINK, value);
            }
        }
        response
    }
}
