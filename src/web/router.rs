use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn, from_fn_with_state, map_response};
use axum::response::Response;
use axum::routing::{get, post};

use super::answer::{refuse, with_headers};
use super::app::App;
use super::{api, assets, check_now, events, guard, metrics, pages, probes};

/// How long an answer may take to begin; what is sent to us slowly ends here, too.
const ANSWER: Duration = Duration::from_secs(10);

/// The longest body that is read, in bytes; a form has about 100.
const BODY: usize = 8 * 1024;

/// All paths, behind their guards.
pub(super) fn router(app: Arc<App>) -> Router {
    let behind_login = Router::new()
        .route("/", get(pages::home))
        .route("/documents/{name}", get(pages::document))
        .route("/documents/{name}/check", post(check_now::check_now))
        .route("/events", get(events::events))
        .route("/metrics", get(metrics::metrics))
        .route("/api/v1/status", get(api::status))
        .route("/assets/{file}", get(assets::asset))
        .fallback(pages::nothing_here)
        .layer(from_fn_with_state(Arc::clone(&app), guard::origin))
        .layer(from_fn_with_state(Arc::clone(&app), guard::login));
    Router::new()
        .route("/healthz", get(probes::alive))
        .route("/readyz", get(probes::ready))
        .merge(behind_login)
        .layer(DefaultBodyLimit::max(BODY))
        .layer(from_fn_with_state(Arc::clone(&app), guard::host))
        .layer(from_fn(in_time))
        .layer(map_response(with_headers))
        .with_state(app)
}

async fn in_time(request: Request, next: Next) -> Response {
    tokio::time::timeout(ANSWER, next.run(request))
        .await
        .unwrap_or_else(|_| {
            refuse(
                StatusCode::REQUEST_TIMEOUT,
                "the request took too long to arrive",
            )
        })
}
