use schemars::JsonSchema;
use serde::Deserialize;

use super::Interval;

/// How long is waited for a vendor before it counts as trouble.
///
/// Waiting for a rate limit is no trouble and has no end here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Timeouts {
    /// Time for a connection.
    #[schemars(extend("default" = "5s"))]
    pub connect: Option<Interval>,
    /// Time for the first byte of an answer to a read; a write has as long as the whole answer.
    #[schemars(extend("default" = "10s"))]
    pub first_byte: Option<Interval>,
    /// Time for the whole answer.
    #[schemars(extend("default" = "30s"))]
    pub answer: Option<Interval>,
    /// Time after which a request that fails is not tried again.
    #[schemars(extend("default" = "30s"))]
    pub give_up: Option<Interval>,
}
