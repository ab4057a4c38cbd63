use std::net::SocketAddr;

use crate::base::Secret;

/// Who may come in, and under which names.
#[derive(Debug, Clone)]
pub struct Door {
    /// What opens it; `None` where whoever reaches the address may see everything.
    pub access: Option<Access>,
    /// The names by which it may be asked for besides its address; one with a port fits that port only.
    pub hosts: Vec<String>,
    /// Whether a proxy in front of it speaks TLS.
    pub behind_proxy: bool,
}

/// What opens the page.
#[derive(Debug, Clone)]
pub enum Access {
    /// A token: `Authorization: Bearer …`, or as a password with any name, since browsers ask for no token.
    Token(Secret),
    /// A name and a password (RFC 7617).
    Basic {
        /// The name.
        user: String,
        /// The password.
        password: Secret,
    },
}

/// Why the page must not be opened like this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoorError {
    /// Others could read everything.
    #[error(
        "the page would be open to whoever reaches {0}: set `watch.access`, or listen on `127.0.0.1`"
    )]
    Open(SocketAddr),
    /// The secret would be readable on the network.
    #[error(
        "the page's secret would cross the network in clear at {0}: set `watch.tls`, or \
         `watch.behind_proxy: true` where a proxy in front of it speaks TLS"
    )]
    Clear(SocketAddr),
    /// An empty secret opens nothing, or everything.
    #[error("the secret of `watch.access` is empty: put at least 16 characters there")]
    Empty,
}

/// Refuses an address at which the page would be open to others, or its secret readable.
pub fn check(address: SocketAddr, door: &Door, tls: bool) -> Result<(), DoorError> {
    if door.access.as_ref().is_some_and(Access::is_empty) {
        return Err(DoorError::Empty);
    }
    if address.ip().to_canonical().is_loopback() {
        return Ok(());
    }
    if door.access.is_none() {
        return Err(DoorError::Open(address));
    }
    if !tls && !door.behind_proxy {
        return Err(DoorError::Clear(address));
    }
    Ok(())
}

impl Access {
    fn is_empty(&self) -> bool {
        match self {
            Self::Token(secret)
            | Self::Basic {
                password: secret, ..
            } => secret.expose().is_empty(),
        }
    }
}
