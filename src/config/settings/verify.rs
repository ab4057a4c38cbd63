use schemars::JsonSchema;
use serde::Deserialize;

use super::Endpoint;
use crate::base::Spanned;

/// How one API is proven to answer an application.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Verify {
    /// The application whose credentials are used.
    #[schemars(length(min = 1))]
    pub app: Spanned<String>,
    /// The address that is called; without it only the token is proven.
    #[schemars(extend("examples" = ["https://gw.example/orders"]))]
    pub url: Option<Spanned<Endpoint>>,
    /// The status that the call must answer with.
    #[serde(default = "ok")]
    #[schemars(range(min = 100, max = 599), extend("default" = 200))]
    pub expect: u16,
    /// The scopes that are asked for; without it those of the strategy.
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true))]
    pub scopes: Option<Vec<String>>,
}

fn ok() -> u16 {
    200
}
