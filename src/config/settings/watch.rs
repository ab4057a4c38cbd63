use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::{Freeze, Interval, PageAccess, PageTls};
use crate::base::{Spanned, Urgency};

/// How the daemon watches.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Watch {
    /// The time between two full looks at both vendors.
    #[schemars(extend("default" = "5m"))]
    pub interval: Interval,
    /// The time between two looks into Okta's System Log; each is one request.
    #[schemars(extend("default" = "30s"))]
    pub events: Interval,
    /// What happens on drift.
    #[schemars(extend("default" = "detect"))]
    pub mode: Mode,
    /// Another mode for some objects, by address; `*` stands for any text, and the first that fits counts.
    #[schemars(extend("examples" = [{ "okta.scope.*": "detect" }]))]
    pub overrides: IndexMap<String, Mode>,
    /// Times in which nothing is written.
    pub freeze: Vec<Freeze>,
    /// As long as this file is there, nothing is written; the path is relative to the document's file.
    #[schemars(extend("examples" = ["/run/dcrsync/stop"]))]
    pub kill_switch: Option<Spanned<String>>,
    /// How grave drift is; the first rule that fits counts.
    ///
    /// Without one, what decides who may do what is `critical`: values of claims, scopes, ways to log in,
    /// approvals, and what is gone; all else is `warning`.
    pub severity: Vec<SeverityRule>,
    /// The address of the status page and metrics.
    #[schemars(
        with = "String",
        regex(pattern = r"^([0-9.]+|\[[0-9a-fA-F:.]+\]):[0-9]{1,5}$"),
        extend("default" = "127.0.0.1:8711")
    )]
    pub listen: SocketAddr,
    /// Who may see the page; needed where it can be reached from other machines.
    pub access: Option<PageAccess>,
    /// The page's certificate.
    pub tls: Option<PageTls>,
    /// Says that a proxy in front of the page speaks TLS.
    pub behind_proxy: bool,
    /// The names by which the page may be asked for besides its address, as in the header `Host`.
    #[schemars(inner(length(min = 1)), extend("examples" = [["dcrsync.acme.example"]]))]
    pub hosts: Vec<String>,
    /// How long runs, drifts and alerts are remembered.
    #[schemars(extend("default" = "90d"))]
    pub keep_history: Interval,
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

/// How grave drift of some fields is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SeverityRule {
    /// The objects, by address; `*` stands for any text.
    #[schemars(length(min = 1), extend("examples" = ["okta.claim.*"]))]
    pub objects: String,
    /// The fields; without it all, and the object itself.
    #[serde(default)]
    #[schemars(inner(length(min = 1)))]
    pub fields: Vec<String>,
    /// How grave it is.
    pub severity: Urgency,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            interval: Interval::new(Duration::from_mins(5)),
            events: Interval::new(Duration::from_secs(30)),
            mode: Mode::Detect,
            overrides: IndexMap::new(),
            freeze: Vec::new(),
            kill_switch: None,
            severity: Vec::new(),
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8711)),
            access: None,
            tls: None,
            behind_proxy: false,
            hosts: Vec::new(),
            keep_history: Interval::new(Duration::from_hours(24 * 90)),
        }
    }
}
