use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Interval;

/// How the daemon watches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// The time between two full looks at both vendors.
    #[schemars(extend("default" = "5m"))]
    pub interval: Interval,
    /// What happens on drift.
    #[schemars(extend("default" = "detect"))]
    pub mode: Mode,
    /// The address of the status page and metrics.
    #[schemars(
        with = "String",
        regex(pattern = r"^([0-9.]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$"),
        extend("default" = "127.0.0.1:8711")
    )]
    pub listen: SocketAddr,
}

/// What the daemon does on drift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// Tells, and never writes.
    Detect,
    /// Brings both vendors back to the document.
    Apply,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            interval: Interval::new(Duration::from_mins(5)),
            mode: Mode::Detect,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8711)),
        }
    }
}
