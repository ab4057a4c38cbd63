//! The page's certificate, from its files.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio_rustls::rustls::crypto::aws_lc_rs::default_provider;
use tokio_rustls::rustls::pki_types::pem::{self, PemObject as _};
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::{self, ServerConfig};

/// Says why the page cannot speak TLS.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageTlsError {
    /// A file is missing, or is no PEM.
    #[error("cannot read `{}`", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        source: pem::Error,
    },
    /// Certificate and key do not go together.
    #[error("`{}` and `{}` cannot be used together", cert.display(), key.display())]
    Unusable {
        /// The certificate.
        cert: PathBuf,
        /// The key.
        key: PathBuf,
        /// Why.
        source: rustls::Error,
    },
}

/// Reads a certificate chain and its key.
pub(super) fn read(cert: &Path, key: &Path) -> Result<Arc<ServerConfig>, PageTlsError> {
    let unread = |path: &Path| {
        let path = path.to_owned();
        move |source| PageTlsError::Read { path, source }
    };
    let unusable = |source| PageTlsError::Unusable {
        cert: cert.to_owned(),
        key: key.to_owned(),
        source,
    };
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(cert)
        .map_err(unread(cert))?
        .collect();
    let chain = chain.map_err(unread(cert))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(unread(key))?;
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(unusable)?;
    Ok(Arc::new(config))
}
