use schemars::JsonSchema;
use serde::Deserialize;

use super::{Endpoint, Interval};
use crate::base::{SecretRef, Spanned, Urgency};

/// Someone to be told of drift and failures.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase", deny_unknown_fields)]
pub enum Alert {
    /// A Slack channel.
    Slack(Slack),
    /// A Microsoft Teams workflow.
    Teams(Teams),
    /// A `PagerDuty` service, by Events API v2.
    PagerDuty(PagerDuty),
    /// Any service that takes JSON.
    Webhook(Webhook),
    /// A program on this machine.
    Command(Command),
}

impl Alert {
    /// What the document calls it, `slack`.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Slack(_) => "slack",
            Self::Teams(_) => "teams",
            Self::PagerDuty(_) => "pagerduty",
            Self::Webhook(_) => "webhook",
            Self::Command(_) => "command",
        }
    }

    /// The least severity that is told there.
    pub fn severity(&self) -> Urgency {
        match self {
            Self::Slack(it) => it.severity,
            Self::Teams(it) => it.severity,
            Self::PagerDuty(it) => it.severity,
            Self::Webhook(it) => it.severity,
            Self::Command(it) => it.severity,
        }
    }

    /// After how long what lasts is told again.
    pub fn repeat(&self) -> Option<Interval> {
        match self {
            Self::Slack(it) => it.repeat,
            Self::Teams(it) => it.repeat,
            Self::PagerDuty(it) => it.repeat,
            Self::Webhook(it) => it.repeat,
            Self::Command(it) => it.repeat,
        }
    }
}

/// A Slack channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// The incoming webhook's address, which is a secret.
    pub url: SecretRef,
    /// The least severity that is told here.
    #[serde(default)]
    #[schemars(extend("default" = "warning"))]
    pub severity: Urgency,
    /// What lasts is told again after so long; without it once.
    pub repeat: Option<Interval>,
}

/// A Microsoft Teams workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Teams {
    /// The workflow's address, which is a secret.
    pub url: SecretRef,
    /// The least severity that is told here.
    #[serde(default)]
    #[schemars(extend("default" = "warning"))]
    pub severity: Urgency,
    /// What lasts is told again after so long; without it once.
    pub repeat: Option<Interval>,
}

/// A `PagerDuty` service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PagerDuty {
    /// The integration key, which is a secret.
    pub routing_key: SecretRef,
    /// The least severity that is told here.
    #[serde(default)]
    #[schemars(extend("default" = "warning"))]
    pub severity: Urgency,
    /// What lasts is told again after so long; without it once.
    pub repeat: Option<Interval>,
}

/// Any service that takes JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where the JSON is posted to.
    #[schemars(extend("examples" = ["https://ops.example/hook"]))]
    pub url: Spanned<Endpoint>,
    /// The key that signs the body, `whsec_…` ([Standard Webhooks](https://www.standardwebhooks.com)).
    pub secret: Option<SecretRef>,
    /// The least severity that is told here.
    #[serde(default)]
    #[schemars(extend("default" = "warning"))]
    pub severity: Urgency,
    /// What lasts is told again after so long; without it once.
    pub repeat: Option<Interval>,
}

/// A program on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments; no shell. The alert comes on its standard input as JSON.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("examples" = [["/usr/local/bin/page", "--team", "payments"]]))]
    pub run: Vec<String>,
    /// The least severity that is told here.
    #[serde(default)]
    #[schemars(extend("default" = "warning"))]
    pub severity: Urgency,
    /// What lasts is told again after so long; without it once.
    pub repeat: Option<Interval>,
}
