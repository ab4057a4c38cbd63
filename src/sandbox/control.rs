//! The control API behind `/_sandbox/`: the same on each port, never journalled, never struck.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::limits::Limits;
use super::seed::plant;
use super::world::World;
use super::{Fault, Vendor, page};

/// The routes at one vendor's port.
pub(super) fn router(world: Arc<World>, vendor: Vendor) -> Router {
    let look = async move |State(world): State<Arc<World>>| page::show(&world, vendor);
    Router::new()
        .route("/", get(look))
        .route("/_sandbox/requests", get(requests).delete(forget))
        .route("/_sandbox/audit", get(audit))
        .route("/_sandbox/faults", get(armed).post(arm).delete(disarm))
        .route("/_sandbox/reset", post(reset))
        .route("/_sandbox/limits", get(limits).post(limit))
        .route("/_sandbox/clock", get(clock).post(advance))
        .with_state(world)
}

async fn requests(State(world): State<Arc<World>>) -> Response {
    Json(world.journal().entries()).into_response()
}

async fn audit(State(world): State<Arc<World>>) -> Response {
    Json(world.audit().changes()).into_response()
}

async fn forget(State(world): State<Arc<World>>) -> StatusCode {
    world.journal().clear();
    world.touched.notify_one();
    StatusCode::NO_CONTENT
}

async fn armed(State(world): State<Arc<World>>) -> Json<Value> {
    told(&world)
}

async fn arm(State(world): State<Arc<World>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let faults: Vec<Fault> = parse(&body)?;
    world.faults().arm(faults);
    Ok(told(&world))
}

async fn disarm(State(world): State<Arc<World>>) -> Json<Value> {
    world.faults().disarm();
    told(&world)
}

async fn reset(State(world): State<Arc<World>>) -> Result<StatusCode, Refusal> {
    world.reset();
    let planted = plant(&world, &world.seed).await;
    planted.map_err(|error| Refusal(error.to_string()))?;
    Ok(StatusCode::NO_CONTENT)
}

/// Requests a minute, by the beginning of a path (Konnect, portal, gateway) or by bucket (Okta). What
/// is not named is as good as unlimited.
type Allowed = BTreeMap<String, u32>;

async fn limits(State(world): State<Arc<World>>) -> Json<Allowed> {
    let mut allowed = world.okta.read(|state| state.limits.clone());
    allowed.extend(world.limits().allowed().clone());
    Json(allowed)
}

async fn limit(State(world): State<Arc<World>>, body: Bytes) -> Result<Json<Allowed>, Refusal> {
    let allowed: Allowed = parse(&body)?;
    let (okta, others) = allowed
        .clone()
        .into_iter()
        .partition(|(prefix, _)| Limits::is_oktas(prefix));
    world.okta.write(|state| state.limits = okta);
    world.limits().set(others);
    world.touched.notify_one();
    Ok(Json(allowed))
}

async fn clock(State(world): State<Arc<World>>) -> Json<Value> {
    Json(json!({ "now": world.common.now() }))
}

/// By how much the clock is moved. It never goes back, as nothing that was issued may come from a later time.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    advance_seconds: u32,
}

async fn advance(State(world): State<Arc<World>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    let Advance { advance_seconds } = parse(&body)?;
    let seconds = i64::from(advance_seconds);
    world
        .common
        .clock_offset
        .fetch_add(seconds, Ordering::Relaxed);
    world.common.dirty.store(true, Ordering::Release);
    world.touched.notify_one();
    Ok(Json(json!({ "now": world.common.now() })))
}

fn told(world: &World) -> Json<Value> {
    Json(json!({ "armed": world.faults().armed() }))
}

/// Reads a body whatever its content type says, so that `curl -d` does.
fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Refusal> {
    serde_json::from_slice(body).map_err(|error| Refusal(error.to_string()))
}

/// A body that cannot be understood.
struct Refusal(String);

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (StatusCode::BAD_REQUEST, Json(json!({ "error": self.0 }))).into_response()
    }
}
