//! Floor 4: the status page, its API and the metrics.
//!
//! ```text
//!   socket ─► lines: how many, how long ─► guard: host, login, origin ─► page, events, probes, metrics, API
//!                                                                             ▲
//!   daemon ── Status over a `watch` channel ──────────────────────────────────┘
//! ```
//!
//! It shows the [`Status`] that the daemon publishes, and passes on one wish: to look again now
//! ([`Ask`]). It never asks a vendor, and knows no secret but the one that opens it. Pages are made
//! here as a whole; a script of 100 lines swaps in the new one when the status changes, and
//! everything works without it.

mod answer;
mod api;
mod app;
mod assets;
mod check_now;
mod door;
mod events;
mod guard;
mod metrics;
mod pages;
mod probes;
mod process_key;
mod router;
mod server;
mod version;
mod view;

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio_rustls::rustls::ServerConfig;

use crate::status::Status;

pub use door::{Access, Door, DoorError, check};

/// What the page shows, to whom, and where it passes on wishes.
#[derive(Debug)]
pub struct Page {
    /// What the daemon publishes.
    pub status: watch::Receiver<Arc<Status>>,
    /// Where wishes go; one that finds it full is refused.
    pub ask: mpsc::Sender<Ask>,
    /// Who may come in.
    pub door: Door,
}

/// What somebody wishes by a button of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// To look at both vendors now.
    CheckNow {
        /// The document's name.
        document: String,
    },
}

/// Serves the page until `stop` ends, and then lets answers that are under way end, for a few seconds.
///
/// Call [`check`] before the listener is made. With `tls` it speaks https only.
pub async fn serve(
    listener: TcpListener,
    tls: Option<Arc<ServerConfig>>,
    page: Page,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let (closing, closed) = watch::channel(false);
    let app = app::App::new(page, tls.is_some(), closed.clone());
    let server = server::Server {
        listener,
        tls,
        router: router::router(app),
        closing,
        closed,
    };
    server.run(stop).await
}

#[cfg(test)]
mod tests;
