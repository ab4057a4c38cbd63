use std::sync::Arc;

use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;

use super::app::App;
use super::check_now;
use super::view::{self, Look};
use crate::status::Status;

/// All documents at a glance.
pub(super) async fn home(State(app): State<Arc<App>>) -> Response {
    let status = app.status();
    let version = app.versions.of(&status);
    view::home(&look(&status, &version)).into_response()
}

/// One document.
pub(super) async fn document(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
) -> Response {
    let status = app.status();
    let version = app.versions.of(&status);
    let look = look(&status, &version);
    let Some(document) = status.document(&name) else {
        return (StatusCode::NOT_FOUND, view::nothing_here(&look)).into_response();
    };
    let token = check_now::token(&app.key, &name);
    let asked = query.as_deref() == Some("asked");
    view::document(&look, document, &token, asked).into_response()
}

/// What is nowhere.
pub(super) async fn nothing_here(State(app): State<Arc<App>>) -> Response {
    let status = app.status();
    let version = app.versions.of(&status);
    let page = view::nothing_here(&look(&status, &version));
    (StatusCode::NOT_FOUND, page).into_response()
}

fn look<'a>(status: &'a Status, version: &'a str) -> Look<'a> {
    Look {
        status,
        version,
        now: Timestamp::now(),
    }
}
