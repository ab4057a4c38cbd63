//! How long a receiver is left alone after a try that failed; pure.

use std::time::Duration;

use reqwest::header::HeaderMap;

/// The wait after the first failure; doubled after each further one.
const FIRST: Duration = Duration::from_secs(1);
/// No wait of our own choice is longer.
const LONGEST: Duration = Duration::from_mins(5);
/// A receiver that asks for more is asked again after so long all the same.
pub(super) const LONGEST_ASKED: Duration = Duration::from_hours(1);

/// The wait after so many failures; `chance`, 0 to 1, keeps receivers of one trouble apart.
pub(super) fn wait(failures: u32, asked: Option<Duration>, chance: f64) -> Duration {
    if let Some(asked) = asked {
        return asked.min(LONGEST_ASKED);
    }
    let whole = FIRST
        .saturating_mul(2_u32.saturating_pow(failures.saturating_sub(1)))
        .min(LONGEST);
    whole.mul_f64(0.5 + chance.clamp(0.0, 1.0) / 2.0)
}

/// What `Retry-After` asks for: seconds or a date (RFC 9110, section 10.2.3).
pub(super) fn asked(headers: &HeaderMap, unix: i64) -> Option<Duration> {
    let text = headers.get("retry-after")?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let at = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let seconds = at.as_second().saturating_sub(unix);
    Some(Duration::from_secs(
        u64::try_from(seconds).unwrap_or_default(),
    ))
}
