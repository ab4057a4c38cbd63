use std::path::PathBuf;

use crate::daemon::store::StoreError;

/// The alerts of this process cannot be looked after.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// The state cannot be read or written.
    #[error("the state of the alerts cannot be used")]
    Store(#[from] StoreError),
    /// The certificates of a CA cannot be used.
    #[error("the CA file `{}` cannot be used for alerts", .path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// There is no way to speak TLS.
    #[error("no client for alerts can be made")]
    Client(#[source] reqwest::Error),
}

impl DeskError {
    /// A way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Store(error) => error.hint(),
            Self::CaFile { .. } => "it must hold certificates in PEM form",
            Self::Client(_) => "are the machine's CA certificates installed?",
        }
    }
}

/// A receiver that nothing can be sent to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReceiverError {
    /// Its address is none.
    #[error("its address is no web address")]
    NoAddress,
    /// What is sent there could be read on the way.
    #[error("its address must begin with `https://`")]
    Insecure,
    /// Its key cannot sign.
    #[error("its secret is not `whsec_` and 24 to 64 bytes in base64")]
    NoKey,
    /// There is no program.
    #[error("it names no program")]
    NoProgram,
}
