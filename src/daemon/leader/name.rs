use std::collections::BTreeMap;

use data_encoding::BASE32_NOPAD;
use sha2::{Digest, Sha256};
use url::Url;

/// Tells people which organisations a Lease stands for; the election does not read it.
const OKTA: &str = "dcrsync/okta";
const KONNECT: &str = "dcrsync/konnect";

/// Where a Lease is and what it stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseKey {
    /// The namespace.
    pub namespace: String,
    /// The name of the Lease.
    pub name: String,
    /// Its annotations: for which organisations it is.
    pub annotations: BTreeMap<String, String>,
}

impl LeaseKey {
    /// The Lease of a pair of organisations.
    pub fn for_pair(namespace: &str, okta_origin: &str, konnect_origin: &str) -> Self {
        let (okta, konnect) = (origin(okta_origin), origin(konnect_origin));
        Self {
            namespace: namespace.to_owned(),
            name: lease_name(&okta, &konnect),
            annotations: BTreeMap::from([(OKTA.to_owned(), okta), (KONNECT.to_owned(), konnect)]),
        }
    }
}

/// The name of the Lease of a pair of organisations: the same for each way to write their addresses.
///
/// A DNS label (RFC 1123), which every kind of Kubernetes object may have as its name.
pub fn lease_name(okta_origin: &str, konnect_origin: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(origin(okta_origin));
    // no origin has a line break, so no other pair gives the same text
    hash.update("\n");
    hash.update(origin(konnect_origin));
    let mut text = BASE32_NOPAD.encode(&hash.finalize()).to_ascii_lowercase();
    // 100 bits: none of anybody's pairs will meet
    text.truncate(20);
    format!("dcrsync-{text}")
}

/// Scheme, host and port in one spelling, without whatever else was written.
fn origin(text: &str) -> String {
    Url::parse(text.trim()).map_or_else(
        |_| text.trim().trim_end_matches('/').to_ascii_lowercase(),
        |url| url.origin().ascii_serialization(),
    )
}
