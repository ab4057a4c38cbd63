use std::fmt;

use serde::Serialize;

/// Names who answers at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// Okta's management API.
    Okta,
    /// Konnect's admin API of one region.
    Konnect,
    /// The API of one developer portal, spoken by its developers.
    Portal,
    /// An authorization server that applications get tokens from.
    Issuer,
    /// The gateway in front of the published APIs.
    Gateway,
}

impl Vendor {
    /// The name in lower case, as counters and logs spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Konnect => "konnect",
            Self::Portal => "portal",
            Self::Issuer => "issuer",
            Self::Gateway => "gateway",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Okta => "Okta",
            Self::Konnect => "Konnect",
            Self::Portal => "the developer portal",
            Self::Issuer => "the token issuer",
            Self::Gateway => "the gateway",
        })
    }
}
