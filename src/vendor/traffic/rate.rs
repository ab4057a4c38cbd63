//! Reads what an answer's headers tell about its rate limit.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap};

use crate::vendor::Vendor;

/// What one answer told about its rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::vendor) struct Rate {
    pub(in crate::vendor) limit: u64,
    pub(in crate::vendor) remaining: u64,
    /// From the answer to the end of the window.
    pub(in crate::vendor) ends_in: Duration,
}

/// Reads the rate limit headers; `unix` is the time here, used when the answer has no `Date`.
///
/// Okta tells the window's end as a time of day, which is counted from the answer's own `Date`, so
/// that neither clock has to be right. Kong's gateways tell it in seconds, if at all
/// (draft-polli-ratelimit-headers-02).
pub(in crate::vendor) fn rate(vendor: Vendor, headers: &HeaderMap, unix: i64) -> Option<Rate> {
    let (limit, remaining, ends_in) = match vendor {
        Vendor::Okta => {
            let reset = i64::try_from(number(headers, "x-rate-limit-reset")?).ok()?;
            (
                "x-rate-limit-limit",
                "x-rate-limit-remaining",
                until(reset, date(headers).unwrap_or(unix)),
            )
        }
        Vendor::Konnect | Vendor::Portal | Vendor::Issuer | Vendor::Gateway => (
            "ratelimit-limit",
            "ratelimit-remaining",
            Duration::from_secs(number(headers, "ratelimit-reset")?),
        ),
    };
    Some(Rate {
        limit: number(headers, limit)?,
        remaining: number(headers, remaining)?,
        ends_in,
    })
}

/// A header that holds a whole number.
pub(in crate::vendor) fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().ok()?.trim().parse().ok()
}

/// The server's time of day, in seconds since 1970 UTC.
pub(in crate::vendor) fn date(headers: &HeaderMap) -> Option<i64> {
    http_date(headers.get(DATE)?.to_str().ok()?)
}

/// Reads an HTTP date (RFC 9110, section 5.6.7).
pub(in crate::vendor) fn http_date(text: &str) -> Option<i64> {
    jiff::fmt::rfc2822::parse(text.trim())
        .ok()
        .map(|time| time.timestamp().as_second())
}

/// The time between two times of day; none where the first has passed.
pub(in crate::vendor) fn until(at: i64, now: i64) -> Duration {
    Duration::from_secs(u64::try_from(at.saturating_sub(now)).unwrap_or_default())
}
