use std::sync::Arc;

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use url::Url;

use super::super::http::{Context, FetchedKeys, Refusal};
use super::super::jose::Jws;
use super::super::state::{OktaState, Status};
use super::client_auth::field;

/// A token request is a few kilobytes.
const LARGEST: usize = 1 << 20;

/// Fetches the keys of a client that publishes them (`jwks_uri`) before it is authenticated: the state's lock
/// must not be held meanwhile. Each request fetches anew, so that a client's rotation is seen at once.
pub(crate) async fn fetch(
    State(context): State<Context>,
    request: Request,
    next: Next,
) -> Response {
    let (mut parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else {
        return Refusal::malformed().into_response();
    };
    let query = parts.uri.query().unwrap_or_default();
    let place = context.state.read(|state| published(state, &body, query));
    if let Some(keys) = keys_at(&context, place).await {
        parts.extensions.insert(FetchedKeys(Arc::new(keys)));
    }
    next.run(Request::from_parts(parts, Body::from(body))).await
}

/// Where the client that signed a request's assertion publishes its keys.
fn published(state: &OktaState, body: &Bytes, query: &str) -> Option<Url> {
    let form: Vec<(String, String)> = [body.as_ref(), query.as_bytes()]
        .into_iter()
        .flat_map(|part| url::form_urlencoded::parse(part).into_owned())
        .collect();
    let assertion = Jws::read(field(&form, "client_assertion")?)?;
    let app = state.client(assertion.text("sub")?)?;
    let asks = app.status == Status::Active && app.oauth.jwks.is_none();
    let uri = app.oauth.jwks_uri.as_deref().filter(|_| asks)?;
    Url::parse(uri).ok()
}

/// The keys of a set (RFC 7517, 5), where they can be had.
async fn keys_at(context: &Context, place: Option<Url>) -> Option<Vec<Value>> {
    let place = place?;
    if !context.calls.may_call(&place).await {
        return None;
    }
    let answer = context.calls.client().get(place).send().await.ok()?;
    let set: Value = answer.error_for_status().ok()?.json().await.ok()?;
    Some(set.get("keys")?.as_array()?.clone())
}
