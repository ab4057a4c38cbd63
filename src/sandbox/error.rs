use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;

use super::Vendor;

/// Why a sandbox could not start, or its state not be kept.
#[derive(Debug, Error)]
pub enum SandboxError {
    /// A port that was asked for cannot be had.
    #[error("cannot listen on `{address}` for {vendor}; give another address with `--{vendor}`")]
    Listen {
        /// Whose port it is.
        vendor: Vendor,
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The state file cannot be read or written.
    #[error("cannot {verb} the sandbox's state file `{path}`")]
    StateFile {
        /// What was tried, such as `read`.
        verb: &'static str,
        /// The file.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// The state file is not one of ours.
    #[error(
        "`{path}` is not a sandbox's state of this version; move it away to start with a fresh one"
    )]
    StateFormat {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: serde_json::Error,
    },
    /// The state file was written by another version.
    #[error(
        "the state file `{path}` has format {found}, this version knows {known}; move it away to start with a fresh one"
    )]
    StateVersion {
        /// The file.
        path: PathBuf,
        /// The format that it says it has.
        found: u32,
        /// The format that is written here.
        known: u32,
    },
    /// The state cannot be written as JSON.
    #[error("cannot write the sandbox's state as JSON")]
    Encode(#[source] serde_json::Error),
    /// Another sandbox runs on the same state file.
    #[error(
        "the state file `{path}` is in use by another sandbox; stop that one or name another file with `--state`"
    )]
    InUse {
        /// The file.
        path: PathBuf,
    },
    /// No certificate can be made.
    #[error("cannot make a certificate; check the names given with `--tls-name`")]
    Certificate(#[from] rcgen::Error),
    /// The certificate cannot be served.
    #[error("cannot serve https")]
    Tls(#[from] tokio_rustls::rustls::Error),
    /// The authority's certificate cannot be given to clients.
    #[error("cannot write the certificate file `{path}`")]
    CaFile {
        /// The file or its folder.
        path: PathBuf,
        /// What the operating system says.
        #[source]
        source: io::Error,
    },
    /// An entry of the seed cannot be made.
    #[error("the seed's {entry} cannot be made: {reason}")]
    Seed {
        /// The entry, such as ``scope `orders.read` ``.
        entry: String,
        /// What the emulated vendor says against it.
        reason: String,
    },
}
