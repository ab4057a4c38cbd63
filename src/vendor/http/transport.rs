use std::fs;
use std::time::Duration;

use reqwest::header::{ACCEPT, HeaderMap, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, retry};
use url::Url;

use super::is_loopback;
use crate::vendor::{Options, Vendor, VendorError};

/// What the vendors' logs know us by.
pub const USER_AGENT: &str = concat!("dcrsync/", env!("CARGO_PKG_VERSION"));

/// Makes the connection pool for one vendor.
///
/// rustls with the machine's CAs; HTTP/2 where the server offers it. Requests are repeated by
/// this module's own rules only, and redirects are never followed: the token would go along.
pub(super) fn build(vendor: Vendor, base: &Url, options: &Options) -> Result<Client, VendorError> {
    let setup =
        |what: String, source: Box<dyn std::error::Error + Send + Sync>| VendorError::Setup {
            vendor,
            what,
            source,
        };
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let mut builder = Client::builder()
        .user_agent(USER_AGENT)
        .default_headers(headers)
        .redirect(Policy::none())
        .retry(retry::never())
        .referer(false)
        .connect_timeout(options.pace.connect)
        .timeout(options.pace.total)
        .pool_idle_timeout(Duration::from_mins(1));
    if is_loopback(base) {
        builder = builder.no_proxy();
    }
    if base.scheme() == "http" {
        // reading the machine's authorities takes longer than a request to this machine
        builder = builder.tls_certs_only([]);
    }
    for path in &options.ca_files {
        let what = || format!("the CA file `{}`", path.display());
        let pem = fs::read(path).map_err(|source| setup(what(), Box::new(source)))?;
        let certificates =
            Certificate::from_pem_bundle(&pem).map_err(|source| setup(what(), Box::new(source)))?;
        if certificates.is_empty() {
            return Err(setup(what(), "it holds no certificate".into()));
        }
        builder = builder.tls_certs_merge(certificates);
    }
    builder
        .build()
        .map_err(|source| setup("TLS".to_owned(), Box::new(source)))
}
