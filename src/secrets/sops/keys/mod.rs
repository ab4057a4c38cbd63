//! Whom a file is encrypted to: groups of keys, each of which wraps the data key or a share of it.

mod ring;
mod service;

pub use ring::Keyring;
pub(super) use service::{SERVICES, Service, ServiceKey};

/// Keys any one of which gives the group's share; of a single group, the data key.
pub(super) type Group = Vec<MasterKey>;

/// A key that wraps a group's share.
#[derive(Clone, PartialEq)]
pub(super) struct MasterKey {
    pub(super) holder: Holder,
    /// The wrapped share, as the `enc` of the file.
    pub(super) enc: String,
}

/// Who can unwrap.
#[derive(Clone, PartialEq)]
pub(super) enum Holder {
    /// An age recipient.
    Age(String),
    /// The fingerprint of an `OpenPGP` key.
    Pgp(String),
    /// A service that only `sops` talks to.
    Service(ServiceKey),
}

/// More characters of a recipient tell a reader nothing.
const LONG: usize = 120;

impl Holder {
    /// The list of the `sops` block that it stands in.
    pub(super) fn list(&self) -> &'static str {
        match self {
            Self::Age(_) => "age",
            Self::Pgp(_) => "pgp",
            Self::Service(key) => key.service.list,
        }
    }

    /// As a reader of the file knows it.
    pub(super) fn name(&self) -> String {
        match self {
            // a post-quantum one has 2,000 characters
            Self::Age(recipient) if recipient.len() > LONG => {
                let begin: String = recipient.chars().take(LONG / 2).collect();
                format!("{begin}…")
            }
            Self::Age(recipient) => recipient.clone(),
            Self::Pgp(fingerprint) => format!("pgp {fingerprint}"),
            Self::Service(key) => format!("{} {}", key.service.list, key.name()),
        }
    }
}
