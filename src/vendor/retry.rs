//! Decides, as pure functions, whether a request is tried again and after how long.

use std::time::Duration;

use reqwest::header::{HeaderMap, RETRY_AFTER};

use super::traffic::{date, http_date, number, rate, until};
use super::{Effort, Pace, Vendor, VendorError};

/// What follows a failed try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Tell the caller.
    GiveUp,
    /// This request alone waits.
    Again(Duration),
    /// Everybody who uses the same rate limit waits.
    AgainAll(Duration),
}

impl Verdict {
    /// How long nobody sends after a 429: others are under way although this request gives up.
    pub(super) fn wait(self, asked: Option<Duration>) -> Option<Duration> {
        match self {
            Self::AgainAll(wait) => Some(wait),
            Self::GiveUp | Self::Again(_) => asked,
        }
    }
}

/// Judges a failed try.
///
/// `fresh` says that this process made something just now: Konnect may take a moment until whoever
/// made an object may use it, and says 403 until then.
///
/// 429, 423 and failed connections were not executed, so any method may be sent again; after
/// anything else only what may be done twice. Waiting for a rate limit is no trouble and costs no patience.
pub(super) fn judge(
    error: &VendorError,
    repeatable: bool,
    effort: Effort,
    asked_wait: Option<Duration>,
    fresh: bool,
    pace: &Pace,
) -> Verdict {
    if effort.tries >= pace.tries {
        return Verdict::GiveUp;
    }
    let wait = asked_wait
        .unwrap_or_else(|| back_off(effort.tries, pace))
        .min(pace.longest_wait);
    if let VendorError::RateLimited { .. } = error {
        return Verdict::AgainAll(wait);
    }
    if effort.time + wait >= pace.patience {
        return Verdict::GiveUp;
    }
    match error {
        VendorError::Server { answer, .. } => match answer.status {
            423 => Verdict::Again(wait),
            500 | 502 | 503 | 504 if repeatable => Verdict::Again(wait),
            _ => Verdict::GiveUp,
        },
        VendorError::Unreachable { tls: false, .. } => Verdict::Again(wait),
        VendorError::Forbidden { .. } if fresh && effort.tries < FORBIDDEN_TRIES => {
            Verdict::Again(wait)
        }
        VendorError::NoAnswer { .. } | VendorError::Truncated { .. } if repeatable => {
            Verdict::Again(wait)
        }
        VendorError::Origin { .. }
        | VendorError::Setup { .. }
        | VendorError::Path { .. }
        | VendorError::Fenced { .. }
        | VendorError::Unreachable { .. }
        | VendorError::NoAnswer { .. }
        | VendorError::Truncated { .. }
        | VendorError::NotJson { .. }
        | VendorError::Unauthorized { .. }
        | VendorError::Forbidden { .. }
        | VendorError::NotFound { .. }
        | VendorError::Conflict { .. }
        | VendorError::Refused { .. }
        | VendorError::RateLimited { .. }
        | VendorError::Inconsistent { .. } => Verdict::GiveUp,
    }
}

/// Who is really not permitted is to hear it soon.
const FORBIDDEN_TRIES: u32 = 3;

fn back_off(attempt: u32, pace: &Pace) -> Duration {
    pace.first_wait
        .saturating_mul(2_u32.saturating_pow(attempt.saturating_sub(1)))
}

/// Reads how long the vendor wants us to wait; `unix` is the time here, used when the answer has no `Date`.
pub(super) fn asked_wait(vendor: Vendor, headers: &HeaderMap, unix: i64) -> Option<Duration> {
    if let Some(millis) = number(headers, "retry-after-ms") {
        return Some(Duration::from_millis(millis));
    }
    if let Some(text) = headers
        .get(RETRY_AFTER)
        .and_then(|value| value.to_str().ok())
    {
        // RFC 9110, section 10.2.3: seconds or a date.
        return match text.trim().parse::<u64>() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => http_date(text).map(|at| until(at, date(headers).unwrap_or(unix))),
        };
    }
    if vendor != Vendor::Okta {
        return None;
    }
    // Each answer tells when the window ends, but only who has used it up must wait for that. A limit
    // of 0 is Okta's mark for too many requests at once; its reset is only an estimate.
    rate(vendor, headers, unix)
        .filter(|rate| rate.limit > 0 && rate.remaining == 0)
        .map(|rate| rate.ends_in + Duration::from_secs(1))
}
