use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};

use super::app::App;

/// The whole status, as `schema/status.schema.json` describes it.
pub(super) async fn status(State(app): State<Arc<App>>) -> Response {
    Json(&*app.status()).into_response()
}
