use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use tokio::sync::{OwnedSemaphorePermit, watch};
use tokio::time::sleep;

use super::answer::refuse;
use super::app::App;
use crate::status::Status;

/// The time between two messages, so that a burst of changes is one.
const GAP: Duration = Duration::from_millis(300);

/// The time between two signs of life, shorter than what proxies cut.
const ALIVE: Duration = Duration::from_secs(15);

/// Tells the version of the status, now and whenever it changes (server-sent events).
pub(super) async fn events(State(app): State<Arc<App>>) -> Response {
    let Ok(permit) = Arc::clone(&app.streams).try_acquire_owned() else {
        let mut response = refuse(
            StatusCode::SERVICE_UNAVAILABLE,
            "too many pages follow at present",
        );
        let later = HeaderValue::from_static("30");
        response.headers_mut().insert(header::RETRY_AFTER, later);
        return response;
    };
    let follower = Follower {
        status: app.status.clone(),
        closed: app.closed.clone(),
        app,
        told: None,
        _permit: permit,
    };
    let messages = unfold(follower, |mut follower| async move {
        let version = follower.next().await?;
        let event = Event::default().event("status").id(&version).data(version);
        Some((Ok::<_, Infallible>(event), follower))
    });
    let keep_alive = KeepAlive::new().interval(ALIVE);
    // nginx would hold messages back until it has many
    let unheld = [("x-accel-buffering", "no")];
    (unheld, Sse::new(messages).keep_alive(keep_alive)).into_response()
}

/// One open page.
struct Follower {
    app: Arc<App>,
    status: watch::Receiver<Arc<Status>>,
    closed: watch::Receiver<bool>,
    /// The version that was told last.
    told: Option<String>,
    _permit: OwnedSemaphorePermit,
}

impl Follower {
    /// The next version; `None` when the process ends.
    async fn next(&mut self) -> Option<String> {
        loop {
            if self.told.is_some() {
                tokio::select! {
                    _ = self.closed.wait_for(|closed| *closed) => return None,
                    changed = self.status.changed() => changed.ok()?,
                }
                tokio::select! {
                    _ = self.closed.wait_for(|closed| *closed) => return None,
                    () = sleep(GAP) => {}
                }
            }
            let status = Arc::clone(&self.status.borrow_and_update());
            let version = self.app.versions.of(&status);
            if self.told.as_ref() != Some(&version) {
                self.told = Some(version.clone());
                return Some(version);
            }
        }
    }
}
