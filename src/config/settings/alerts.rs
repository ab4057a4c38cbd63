use schemars::JsonSchema;
use serde::Deserialize;

use super::Endpoint;
use crate::base::{SecretRef, Spanned};

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

/// A Slack channel.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Slack {
    /// The incoming webhook's address, which is a secret.
    pub url: SecretRef,
}

/// A Microsoft Teams workflow.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Teams {
    /// The workflow's address, which is a secret.
    pub url: SecretRef,
}

/// A `PagerDuty` service.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PagerDuty {
    /// The integration key, which is a secret.
    pub routing_key: SecretRef,
}

/// Any service that takes JSON.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Webhook {
    /// Where the JSON is posted to.
    #[schemars(extend("examples" = ["https://ops.example/hook"]))]
    pub url: Spanned<Endpoint>,
    /// The key that signs the body (HMAC-SHA256).
    pub secret: Option<SecretRef>,
}

/// A program on this machine.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Command {
    /// The program and its arguments; no shell. The alert comes on its standard input as JSON.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("examples" = [["/usr/local/bin/page", "--team", "payments"]]))]
    pub run: Vec<String>,
}
