use std::time::Duration;

/// What may still be sent against one rate limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The rate limit's name.
    pub bucket: &'static str,
    /// Requests per window, by the vendor.
    pub limit: u64,
    /// Requests per window that the share permits.
    pub usable: u64,
    /// Requests that may be sent in this window without touching the share of others.
    pub left: u64,
    /// Until a new window begins; zero where none is open.
    pub ends_in: Duration,
    /// How long a window lasts.
    pub length: Duration,
}

/// What a client expects of its vendor, from the answers so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlook {
    /// The rate limits that are known.
    pub buckets: Vec<Allowance>,
    /// Requests that may be under way at once.
    pub lanes: usize,
    /// How long a read takes, if one was answered.
    pub read: Option<Duration>,
    /// How long a write takes, if one was answered.
    pub write: Option<Duration>,
}
