use std::net::SocketAddr;
use std::time::Duration;

use axum::Json;
use axum::http::StatusCode;
use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::state::KonnectState;
use crate::sandbox::konnect::wire::problem::Problem;
use crate::sandbox::shared::Shared;

/// What a route that answers with a body gives.
pub(in crate::sandbox) type Answer = Result<(StatusCode, Json<Value>), Problem>;

/// How long an identity provider may take. Konnect's own patience is not documented.
const PATIENCE: Duration = Duration::from_secs(15);

/// What every route has at hand: the account, and a way to identity providers.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct Konnect {
    /// The account.
    pub(in crate::sandbox) state: Shared<KonnectState>,
    /// For calls to identity providers; the state's lock is never held meanwhile.
    pub(in crate::sandbox) http: reqwest::Client,
}

impl Konnect {
    /// Gets ready to serve an account.
    pub(in crate::sandbox) fn new(state: Shared<KonnectState>) -> Self {
        // the sandbox's Okta may have a certificate of an authority that only the sandbox knows
        let ca = state.common.ca.get().map(|pem| {
            reqwest::Certificate::from_pem(pem.as_bytes()).expect("the sandbox wrote it itself")
        });
        let http = reqwest::Client::builder()
            .no_proxy()
            .timeout(PATIENCE)
            // nobody else is called, so nobody else's authority is needed
            .tls_certs_only(ca)
            .build()
            .expect("a client of constant settings can be built");
        Self { state, http }
    }

    /// Whether a URL is on this machine. A real token in a document must not reach a real vendor
    /// from here, so nobody else is ever called.
    pub(in crate::sandbox) async fn may_call(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        if let Some(origins) = self.state.common.origins.get()
            && origins.okta == origin
        {
            return true;
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match tokio::net::lookup_host((host, port)).await {
            Ok(found) => {
                let found: Vec<SocketAddr> = found.collect();
                !found.is_empty() && found.iter().all(|address| address.ip().is_loopback())
            }
            Err(_) => false,
        }
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
