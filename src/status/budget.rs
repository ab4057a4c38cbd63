use schemars::JsonSchema;
use serde::Serialize;

/// What is left of one rate limit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct BudgetStatus {
    /// Whose, `okta` or `konnect`.
    pub vendor: String,
    /// The organisation's address.
    pub origin: String,
    /// The limit's name.
    pub bucket: String,
    /// Requests that the vendor allows in a window.
    pub limit: Option<u64>,
    /// Of those, what this process may still send.
    pub left: Option<u64>,
}

/// How many requests were sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct RequestCount {
    /// To whom, `okta` or `konnect`.
    pub vendor: String,
    /// The limit that they counted against.
    pub bucket: String,
    /// The HTTP status; `None` when no answer came.
    pub status: Option<u16>,
    /// How many.
    pub count: u64,
}
