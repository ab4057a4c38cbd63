//! The gateway in front of the published APIs, emulated.
//!
//! Each API has a route: its slug. In front of it stands what the strategies of its publications
//! ask for: the `openid-connect` plugin, which lets in whose token names a registered application, or
//! the `key-auth` plugin. Behind it stands no service: who is let in is told so in a small JSON.

mod entry;
mod issuer;

#[cfg(test)]
mod tests;

use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;

use self::entry::{Denied, Door};
use super::konnect::{Konnect, KonnectState};
use super::shared::Shared;

/// The gateway.
pub(super) fn router(state: Shared<KonnectState>) -> axum::Router {
    axum::Router::new()
        .fallback(serve)
        .with_state(Konnect::new(state))
}

async fn serve(State(konnect): State<Konnect>, request: Request) -> Response {
    let mut segments = request.uri().path().split('/').skip(1);
    let slug = segments.next().unwrap_or_default().to_owned();
    let found = konnect.state.read(|state| {
        let mut apis = state.apis.values();
        apis.find(|api| api.slug.as_deref() == Some(slug.as_str()))
            .map(|api| (api.clone(), doors(state, api.id)))
    });
    let Some((api, doors)) = found else {
        return message(
            StatusCode::NOT_FOUND,
            "no Route matched with those values",
            None,
        );
    };
    // An API that is published nowhere, or without a strategy, would stand open at a real gateway.
    // Here nobody passes: a check of a declared API must not succeed before it is published.
    let mut denied = Denied::Unauthorized;
    for door in &doors {
        match door
            .pass(&konnect, request.headers(), request.uri(), api.id)
            .await
        {
            Ok(application) => {
                return Json(json!({
                    "application": { "id": application.id, "name": application.name },
                    "api": { "id": api.id, "name": api.name },
                }))
                .into_response();
            }
            Err(reason) => denied = denied.or(reason),
        }
    }
    match denied {
        Denied::Unauthorized => {
            let challenge = doors.first().map_or("Bearer", Door::challenge);
            message(StatusCode::UNAUTHORIZED, "Unauthorized", Some(challenge))
        }
        Denied::Forbidden => message(StatusCode::FORBIDDEN, "Forbidden", None),
        Denied::Broken => message(
            StatusCode::INTERNAL_SERVER_ERROR,
            "An unexpected error occurred",
            None,
        ),
    }
}

/// What the publications of an API ask of callers.
fn doors(state: &KonnectState, api: uuid::Uuid) -> Vec<Door> {
    state
        .publications
        .iter()
        .filter(|publication| publication.api == api)
        .filter_map(|publication| {
            let strategy = state.strategies.get(&publication.strategy?)?.clone();
            Some(Door {
                portal: publication.portal,
                strategy,
            })
        })
        .collect()
}

/// Answers in the gateway's own form, which is not that of the APIs.
fn message(status: StatusCode, text: &str, challenge: Option<&'static str>) -> Response {
    let mut response = (status, Json(json!({ "message": text }))).into_response();
    if let Some(challenge) = challenge {
        let value = HeaderValue::from_static(challenge);
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, value);
    }
    response
}
