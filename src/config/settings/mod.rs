//! Everything in the document that is no entry of a kind: who, where, with which secrets and limits.
//!
//! One file per section. The types carry the JSON Schema; what a schema cannot say is in
//! [`checks`](super::checks). Enums are externally tagged and nothing is flattened, because places
//! would be lost otherwise.

mod alerts;
mod endpoint;
mod freeze;
mod guard;
mod interval;
mod konnect;
mod okta;
mod page;
mod percent;
mod secrets;
mod timeouts;
mod verify;
mod watch;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Spanned;

pub use alerts::{Alert, Command, PagerDuty, Slack, Teams, Webhook};
pub use endpoint::Endpoint;
pub use freeze::Freeze;
pub use guard::Guard;
pub use interval::Interval;
pub use konnect::KonnectSettings;
pub use okta::{OktaAuth, OktaOAuth, OktaSettings};
pub use page::{BasicAccess, PageAccess, PageTls};
pub use percent::Percent;
pub use secrets::SecretSettings;
pub use timeouts::Timeouts;
pub use verify::Verify;
pub use watch::{Mode, SeverityRule, Watch};

/// What Okta and Kong Konnect must look like, for Dynamic Client Registration.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The version of this format.
    #[schemars(extend("const" = 1))]
    pub version: u32,
    /// The owner mark of this document, kept in Konnect labels as `dcrsync-owner`.
    #[schemars(
        length(min = 1, max = 63),
        regex(pattern = r"^[a-zA-Z0-9]([a-zA-Z0-9._-]*[a-zA-Z0-9])?$"),
        extend("examples" = ["payments"])
    )]
    pub name: Spanned<String>,
    /// Variables: `${var.env}` in any plain text or key; `$${` is a literal `${`.
    #[serde(default)]
    #[schemars(extend("propertyNames" = { "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" }))]
    pub vars: IndexMap<String, Var>,
    /// Where secrets are kept.
    #[serde(default)]
    pub secrets: SecretSettings,
    /// The Okta organisation and what it must hold.
    pub okta: Option<OktaSettings>,
    /// The Kong Konnect organisation and what it must hold.
    pub konnect: Option<KonnectSettings>,
    /// Limits that refuse a plan.
    #[serde(default)]
    pub guard: Guard,
    /// How the daemon watches.
    #[serde(default)]
    pub watch: Watch,
    /// Who is told of drift and failures.
    #[serde(default)]
    pub alerts: Vec<Alert>,
    /// How each API is proven to answer; the key is the API.
    #[serde(default)]
    pub verify: IndexMap<String, Verify>,
    /// The share of each vendor's rate limit that may be used; the rest is left for production.
    #[serde(default = "Percent::half")]
    #[schemars(extend("default" = "50%"))]
    pub budget: Percent,
    /// How long is waited for a vendor.
    #[serde(default)]
    pub timeouts: Timeouts,
}

/// A variable of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Var {
    /// Its value when none is given; without it a value must be given.
    #[schemars(extend("examples" = ["staging"]))]
    pub default: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

/// The JSON Schema of the settings; the kinds' sections are to be inserted into it.
pub fn settings_schema() -> serde_json::Value {
    super::schema::of::<Settings>()
}
