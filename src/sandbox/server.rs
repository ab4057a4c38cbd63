use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::{Router, middleware};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use super::gate::{self, Gate};
use super::line::{Cut, Lines, OpenLines};
use super::world::World;
use super::{SandboxError, Vendor, control, gateway, konnect, okta, portal};

/// How long requests in flight get when the sandbox ends.
const GRACE: Duration = Duration::from_millis(500);

/// One running server.
#[derive(Debug)]
pub(super) struct Server {
    open: OpenLines,
    task: JoinHandle<()>,
}

impl Server {
    /// Serves one vendor's routes behind its gate until `stop` says so.
    pub(super) fn start(
        world: &Arc<World>,
        vendor: Vendor,
        listener: TcpListener,
        tls: Option<TlsAcceptor>,
        mut stop: watch::Receiver<bool>,
    ) -> Self {
        let open = OpenLines::default();
        let lines = Lines::new(listener, tls, open.clone());
        let service = app(world, vendor).into_make_service_with_connect_info::<Cut>();
        let task = tokio::spawn(async move {
            let stopped = async move {
                // an error means that the sandbox was dropped, which ends it as well
                let _ = stop.wait_for(|stop| *stop).await;
            };
            let served = axum::serve(lines, service).with_graceful_shutdown(stopped);
            if let Err(error) = served.await {
                tracing::error!(%error, %vendor, "a server of the sandbox ended");
            }
        });
        Self { open, task }
    }

    /// Waits for requests in flight, and cuts those that hang.
    pub(super) async fn end(mut self) {
        if tokio::time::timeout(GRACE, &mut self.task).await.is_err() {
            self.open.cut_all();
            // a request that never ends holds the server's task; its line is cut, that is enough
            let _ = tokio::time::timeout(GRACE, &mut self.task).await;
            self.task.abort();
        }
    }
}

/// The vendor's routes behind the gate, and the control API beside them.
fn app(world: &Arc<World>, vendor: Vendor) -> Router {
    let routes = match vendor {
        Vendor::Okta => okta::router(world.okta.clone()),
        Vendor::Konnect => konnect::router(world.konnect.clone()),
        Vendor::Portal => portal::router(world.konnect.clone()),
        Vendor::Gateway => gateway::router(world.konnect.clone()),
    };
    let gate = Gate {
        world: Arc::clone(world),
        vendor,
    };
    // the vendor's fallback must win over the default one, so it is the one merged in
    control::router(Arc::clone(world), vendor)
        .merge(routes.layer(middleware::from_fn_with_state(gate, gate::pass)))
}

/// Takes the address asked for; where that leaves the port open, the `last` one if it is free.
pub(super) async fn listen(
    vendor: Vendor,
    address: SocketAddr,
    last: Option<u16>,
) -> Result<TcpListener, SandboxError> {
    if address.port() == 0
        && let Some(port) = last
        && let Ok(listener) = bind(SocketAddr::new(address.ip(), port)).await
    {
        return Ok(listener);
    }
    bind(address).await.map_err(|source| SandboxError::Listen {
        vendor,
        address,
        source,
    })
}

async fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
