use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use url::Url;

use super::shared::Common;

/// How long whoever is called may take. The vendors' own patience is not documented.
const PATIENCE: Duration = Duration::from_secs(15);

/// The calls that an emulated vendor itself makes, to identity providers and for keys; to this machine alone.
#[derive(Debug)]
pub(super) struct OutCalls {
    common: Arc<Common>,
    /// Made when it is first needed, which for most sandboxes is never.
    client: OnceLock<reqwest::Client>,
}

impl OutCalls {
    /// Nobody is called yet.
    pub(super) fn new(common: Arc<Common>) -> Self {
        Self {
            common,
            client: OnceLock::new(),
        }
    }

    /// The client that all calls go by.
    pub(super) fn client(&self) -> &reqwest::Client {
        self.client.get_or_init(|| {
            // the sandbox may have a certificate of an authority that only it knows
            let ca = self.common.ca.get().map(|pem| {
                reqwest::Certificate::from_pem(pem.as_bytes()).expect("the sandbox wrote it itself")
            });
            reqwest::Client::builder()
                .no_proxy()
                .timeout(PATIENCE)
                .tls_certs_merge(ca)
                .build()
                .expect("a client of constant settings can be built")
        })
    }

    /// Whether a URL is on this machine. A real token in a document must not reach a real vendor
    /// from here, so nobody else is ever called.
    pub(super) async fn may_call(&self, url: &Url) -> bool {
        let origin = url.origin().ascii_serialization();
        if let Some(origins) = self.common.origins.get()
            && origins.okta == origin
        {
            return true;
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return false;
        };
        let host = host.trim_start_matches('[').trim_end_matches(']');
        match tokio::net::lookup_host((host, port)).await {
            Ok(found) => {
                let found: Vec<SocketAddr> = found.collect();
                !found.is_empty() && found.iter().all(|address| address.ip().is_loopback())
            }
            Err(_) => false,
        }
    }
}
