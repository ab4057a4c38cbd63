//! The metrics, in `OpenMetrics` text: a picture of the [`Status`], nothing is counted here.
//!
//! Names follow Prometheus's practice: base units, `_total` for what only grows, a label for each thing
//! that one would sum over. The page `docs/page.md` lists them.

mod alerts;
mod documents;
mod families;
mod family;
mod secrets;
mod vendors;

use std::fmt;
use std::sync::Arc;

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::DescriptorEncoder;
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

use super::answer::refuse;
use super::app::App;
use crate::status::Status;

const KIND: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All metrics of the status as it is now.
pub(super) async fn metrics(State(app): State<Arc<App>>) -> Response {
    match text(app.status(), Timestamp::now()) {
        Ok(text) => ([(header::CONTENT_TYPE, KIND)], text).into_response(),
        Err(error) => {
            tracing::error!(%error, "the metrics could not be written");
            refuse(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the metrics could not be written",
            )
        }
    }
}

/// The metrics of a status at a time.
pub(super) fn text(status: Arc<Status>, now: Timestamp) -> Result<String, fmt::Error> {
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Scrape { status, now }));
    let mut text = String::new();
    encode(&mut text, &registry)?;
    Ok(text)
}

#[derive(Debug)]
struct Scrape {
    status: Arc<Status>,
    now: Timestamp,
}

impl Collector for Scrape {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> fmt::Result {
        families::all(&mut encoder, &self.status, self.now)
    }
}
