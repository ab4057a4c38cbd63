use std::sync::Arc;

use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use tokio::sync::mpsc::error::TrySendError;

use super::Ask;
use super::answer::refuse;
use super::app::App;
use super::process_key::ProcessKey;
use super::view::address_of;

/// What the button sends.
#[derive(Deserialize)]
pub(super) struct Wish {
    /// The proof that this process wrote the form.
    token: String,
}

/// The token for the button of a document.
pub(super) fn token(key: &ProcessKey, document: &str) -> String {
    key.token(&purpose(document))
}

/// Passes on the wish to look at both vendors now.
pub(super) async fn check_now(
    State(app): State<Arc<App>>,
    Path(name): Path<String>,
    wish: Result<Form<Wish>, FormRejection>,
) -> Response {
    let wish = match wish {
        Ok(Form(wish)) => wish,
        Err(rejection) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => {
            return refuse(StatusCode::PAYLOAD_TOO_LARGE, "the request is too long");
        }
        Err(_) => return refuse(StatusCode::FORBIDDEN, "the form has no token"),
    };
    if !app.key.gave(&purpose(&name), &wish.token) {
        return refuse(
            StatusCode::FORBIDDEN,
            "the form is from another time; load the page again",
        );
    }
    let status = app.status();
    let Some(document) = status.document(&name) else {
        return refuse(StatusCode::NOT_FOUND, "no document of this name is watched");
    };
    if !document.leads {
        return refuse(
            StatusCode::CONFLICT,
            "another replica works on this document; ask that one",
        );
    }
    let to = format!("{}?asked", address_of(&name));
    match app.ask.try_send(Ask::CheckNow { document: name }) {
        Ok(()) => Redirect::to(&to).into_response(),
        Err(TrySendError::Full(_)) => refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many wishes wait already; try again in a moment",
        ),
        Err(TrySendError::Closed(_)) => {
            refuse(StatusCode::SERVICE_UNAVAILABLE, "the daemon is ending")
        }
    }
}

fn purpose(document: &str) -> String {
    format!("check now/{document}")
}
