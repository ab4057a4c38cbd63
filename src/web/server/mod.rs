//! The sockets: how many lines, and how long each may hang.
//!
//! axum's own server has no limit for how slowly a header arrives, so connections are served here one
//! by one. Everything that a peer can hold is bounded: lines by [`lines`], headers by size and time,
//! writing by [`patient`], bodies and answers by the router.

mod connection;
mod lines;
mod patient;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;

use connection::Connection;
use lines::Lines;

/// How long answers that are under way may take when the process ends.
const GRACE: Duration = Duration::from_secs(3);

/// How long is waited when the system has no more sockets.
const PAUSE: Duration = Duration::from_millis(100);

/// Both ends of a connection.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ends {
    /// Ours, as the peer reached it.
    pub(super) local: SocketAddr,
}

/// A listener with all that serves it.
pub(super) struct Server {
    pub(super) listener: TcpListener,
    pub(super) tls: Option<Arc<ServerConfig>>,
    pub(super) router: Router,
    /// Told `true` when the process ends.
    pub(super) closing: watch::Sender<bool>,
    pub(super) closed: watch::Receiver<bool>,
}

impl Server {
    /// Serves until `stop` ends.
    pub(super) async fn run(self, stop: impl Future<Output = ()>) -> io::Result<()> {
        let tls = self.tls.map(TlsAcceptor::from);
        let lines = Lines::default();
        let mut tasks = JoinSet::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                _ = tasks.join_next(), if !tasks.is_empty() => continue,
                accepted = self.listener.accept() => accepted,
            };
            match accepted.and_then(|(stream, peer)| Ok((ends(&stream)?, stream, peer))) {
                Ok((ends, stream, peer)) => {
                    let connection = Connection {
                        ends,
                        tls: tls.clone(),
                        router: self.router.clone(),
                        line: Arc::new(lines.open(peer.ip())),
                        closed: self.closed.clone(),
                    };
                    tasks.spawn(connection.serve(stream));
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection to the page was not accepted");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
        drop(self.listener);
        self.closing.send_replace(true);
        let ended = async { while tasks.join_next().await.is_some() {} };
        if tokio::time::timeout(GRACE, ended).await.is_err() {
            tracing::debug!("connections of the page were cut");
        }
        Ok(())
    }
}

fn ends(stream: &TcpStream) -> io::Result<Ends> {
    Ok(Ends {
        local: stream.local_addr()?,
    })
}
