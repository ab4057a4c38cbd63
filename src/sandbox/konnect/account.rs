use axum::Router;
use axum::extract::{Request, State};
use axum::http::header;
use axum::middleware::Next;
use axum::response::Response;
use axum::routing::get;
use serde_json::json;

use super::context::{Answer, Konnect, ok, stamp};
use super::digest::Digest;
use crate::sandbox::konnect::wire::problem::Problem;

pub(super) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/users/me", get(user))
        .route("/v3/organizations/me", get(organization))
}

/// Lets a request in whose bearer token is known.
pub(super) async fn authenticate(
    State(konnect): State<Konnect>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let digest = request
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| Digest::of_token(token.trim()))
        .ok_or_else(Problem::unauthorized)?;
    if !konnect.state.read(|state| state.tokens.contains(&digest)) {
        return Err(Problem::unauthorized());
    }
    Ok(next.run(request).await)
}

async fn user(State(konnect): State<Konnect>) -> Answer {
    Ok(konnect.state.read(|state| {
        ok(json!({
            "id": state.user,
            "email": "admin@example.com",
            "full_name": "Sandbox Admin",
            "preferred_name": "Admin",
            "active": true,
            "inferred_region": "us",
            "created_at": stamp(state.created_at),
            "updated_at": stamp(state.created_at),
        }))
    }))
}

async fn organization(State(konnect): State<Konnect>) -> Answer {
    Ok(konnect.state.read(|state| {
        ok(json!({
            "id": state.organization,
            "name": "Sandbox",
            "owner_id": state.user,
            "login_path": "sandbox",
            "created_at": stamp(state.created_at),
            "updated_at": stamp(state.created_at),
            "state": "active",
            "retention_period_days": 7,
        }))
    }))
}
