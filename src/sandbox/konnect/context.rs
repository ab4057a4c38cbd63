use std::sync::Arc;

use axum::Json;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;

use super::state::KonnectState;
use crate::sandbox::konnect::wire::problem::Problem;
use crate::sandbox::out_calls::OutCalls;
use crate::sandbox::shared::Shared;

/// What a route that answers with a body gives.
pub(in crate::sandbox) type Answer = Result<(StatusCode, Json<Value>), Problem>;

/// What every route has at hand: the account, and a way to identity providers.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Konnect {
    /// The account.
    pub(in crate::sandbox) state: Shared<KonnectState>,
    /// For calls to identity providers; the state's lock is never held meanwhile.
    pub(in crate::sandbox) calls: Arc<OutCalls>,
}

impl Konnect {
    /// Gets ready to serve an account.
    pub(in crate::sandbox) fn new(state: Shared<KonnectState>) -> Self {
        let calls = Arc::new(OutCalls::new(Arc::clone(&state.common)));
        Self { state, calls }
    }

    /// For calls to identity providers.
    pub(in crate::sandbox) fn http(&self) -> &reqwest::Client {
        self.calls.client()
    }

    /// The host and port of the portal's origin, or a name of the vendor's form before it is known.
    pub(in crate::sandbox) fn portal_authority(&self) -> String {
        self.state
            .common
            .origins
            .get()
            .and_then(|origins| origins.portal.split_once("://"))
            .map_or("portal.invalid", |(_, authority)| authority)
            .to_owned()
    }
}

/// 200 with a body.
pub(in crate::sandbox) fn ok(body: Value) -> (StatusCode, Json<Value>) {
    (StatusCode::OK, Json(body))
}

/// 201 with a body.
pub(in crate::sandbox) fn created(body: Value) -> (StatusCode, Json<Value>) {
    (StatusCode::CREATED, Json(body))
}

/// A time as the vendor writes it: RFC 3339 with milliseconds.
pub(in crate::sandbox) fn stamp(time: Timestamp) -> String {
    format!("{time:.3}")
}

/// Answers a known path that is asked for in an unknown way.
pub(in crate::sandbox) async fn method_not_allowed() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed")
}
