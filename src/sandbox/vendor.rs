use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the four emulated servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Vendor {
    /// Okta: management API and token endpoints.
    Okta,
    /// Konnect: admin API.
    Konnect,
    /// The developer portal's API.
    Portal,
    /// The gateway in front of the published APIs.
    Gateway,
}

impl Vendor {
    /// All four, in the order in which they are shown.
    pub const ALL: [Self; 4] = [Self::Okta, Self::Konnect, Self::Portal, Self::Gateway];

    /// The name as in `--okta`, in the journal and in faults.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Konnect => "konnect",
            Self::Portal => "portal",
            Self::Gateway => "gateway",
        }
    }
}

impl fmt::Display for Vendor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
