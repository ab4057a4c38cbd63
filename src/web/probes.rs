use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::app::App;
use crate::status::{DocumentStatus, Health, Status};

/// What `/readyz` answers.
#[derive(Debug, Serialize)]
struct Readiness {
    ready: bool,
    /// What is waited for.
    reasons: Vec<Reason>,
}

#[derive(Debug, Serialize)]
struct Reason {
    document: String,
    reason: &'static str,
}

/// The process lives; this asks nothing of anybody.
pub(super) async fn alive() -> &'static str {
    "alive\n"
}

/// Whether each document was read once; without a login, so it tells no more than names.
pub(super) async fn ready(State(app): State<Arc<App>>) -> Response {
    let readiness = readiness(&app.status());
    let status = if readiness.ready {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(readiness)).into_response()
}

fn readiness(status: &Status) -> Readiness {
    let mut reasons: Vec<Reason> = status
        .documents
        .iter()
        .filter_map(|document| {
            waits_for(document).map(|reason| Reason {
                document: document.name.clone(),
                reason,
            })
        })
        .collect();
    if status.documents.is_empty() {
        reasons.push(Reason {
            document: String::new(),
            reason: "no document is watched yet",
        });
    }
    Readiness {
        ready: reasons.is_empty(),
        reasons,
    }
}

/// An unreachable vendor is no reason: the page that tells of it would be taken away.
fn waits_for(document: &DocumentStatus) -> Option<&'static str> {
    if !document.leads || document.health == Health::Standby {
        return None;
    }
    if document.digest.is_none() {
        return Some("the document was not read yet, or cannot be used");
    }
    (document.health == Health::Starting).then_some("the first look at the vendors is under way")
}
