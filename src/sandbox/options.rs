use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use super::{Fault, Named, Seed, Tap, Vendor};

/// How a sandbox is to be started. The default is a fresh one on free ports of 127.0.0.1.
#[derive(Debug)]
pub struct Options {
    /// Where Okta listens; port 0 takes the port of the last run or a free one.
    pub okta: SocketAddr,
    /// Where Konnect listens.
    pub konnect: SocketAddr,
    /// Where the Portal API listens.
    pub portal: SocketAddr,
    /// Where the gateway listens.
    pub gateway: SocketAddr,
    /// The file that the state is kept in; without one it ends with the process.
    pub state: Option<PathBuf>,
    /// What is there besides the built-in seed when there is no state yet, and after a reset.
    pub named: Named,
    /// A whole world besides that, likewise.
    pub seed: Seed,
    /// Faults that are armed from the start.
    pub faults: Vec<Fault>,
    /// How long each request waits before it is carried out.
    pub latency: Duration,
    /// Serves https, with a certificate for this machine and for these names.
    pub tls: Option<Vec<String>>,
    /// Is given each request as it arrives.
    pub tap: Option<Tap>,
}

impl Options {
    /// The address asked for one server.
    pub(super) fn address(&self, vendor: Vendor) -> SocketAddr {
        match vendor {
            Vendor::Okta => self.okta,
            Vendor::Konnect => self.konnect,
            Vendor::Portal => self.portal,
            Vendor::Gateway => self.gateway,
        }
    }
}

impl Default for Options {
    fn default() -> Self {
        let free = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        Self {
            okta: free,
            konnect: free,
            portal: free,
            gateway: free,
            state: None,
            named: Named::default(),
            seed: Seed::default(),
            faults: Vec::new(),
            latency: Duration::ZERO,
            tls: None,
            tap: None,
        }
    }
}
