use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Seconds that a window lasts; it starts with its first request, not with the clock's minute.
const WINDOW: i64 = 60;
/// Requests a window unless the state says otherwise: more than any test sends.
const GENEROUS: u32 = 100_000;

/// The name among the org's limits that says how much of each bucket one API token or service application
/// may use, in percent.
pub(crate) const TOKEN_SHARE: &str = "token_share_percent";

/// How many requests each bucket has left. Not saved: a restarted sandbox starts with full buckets.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    /// By bucket and principal; the whole org's has none.
    windows: Mutex<HashMap<(&'static str, String), Window>>,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    ends: i64,
    used: u32,
}

/// The figures of the rate headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Requests a window.
    pub(super) limit: u32,
    /// What is left of them.
    pub(super) remaining: u32,
    /// When the window ends, in epoch seconds.
    pub(super) reset: i64,
    /// Whether this request was one too many.
    pub(super) exceeded: bool,
}

/// The bucket that a request counts for; `None` where nothing is limited.
pub(super) fn bucket(path: &str) -> Option<&'static str> {
    let segments: Vec<&str> = path.split('/').skip(1).collect();
    match segments.as_slice() {
        [".well-known", ..]
        | ["oauth2", _, ".well-known", ..]
        | ["oauth2", "v1", "keys"]
        | ["oauth2", _, "v1", "keys"] => None,
        ["api", "v1", "apps", id] if !id.is_empty() => Some("/api/v1/apps/{id}"),
        ["api", "v1", "apps", ..] => Some("/api/v1/apps"),
        ["api", "v1", "users", ..] => Some("/api/v1/users"),
        ["oauth2", "v1", "clients", ..] => Some("/oauth2/v1/clients"),
        ["oauth2", "v1", "token"] => Some("/oauth2/v1/token"),
        ["oauth2", _, "v1", "token"] => Some("/oauth2/{as}/v1/token"),
        ["oauth2", "v1", ..] => Some("/oauth2/v1"),
        ["oauth2", ..] => Some("/oauth2"),
        _ => Some("/api/v1"),
    }
}

impl Allowance {
    /// The one that ends first, which is what the headers tell.
    pub(super) fn tighter(self, other: Self) -> Self {
        if other.exceeded || other.remaining <= self.remaining {
            other
        } else {
            self
        }
    }
}

impl Budgets {
    /// Counts one request of the org; a limit of `None` is the generous one.
    pub(super) fn take(
        &self,
        bucket: &'static str,
        limit: Option<u32>,
        now: Timestamp,
    ) -> Allowance {
        self.count(bucket, "", limit.unwrap_or(GENEROUS), now)
    }

    /// Counts one request of a principal, who has `percent` of the org's limit.
    /// <https://developer.okta.com/docs/reference/rl2-token-oauth/>
    pub(super) fn take_share(
        &self,
        bucket: &'static str,
        principal: &str,
        (limit, percent): (Option<u32>, u32),
        now: Timestamp,
    ) -> Allowance {
        let whole = u64::from(limit.unwrap_or(GENEROUS));
        let share = whole * u64::from(percent.min(100)) / 100;
        let share = u32::try_from(share).unwrap_or(GENEROUS);
        self.count(bucket, principal, share, now)
    }

    fn count(
        &self,
        bucket: &'static str,
        principal: &str,
        limit: u32,
        now: Timestamp,
    ) -> Allowance {
        let now = now.as_second();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            ends: now + WINDOW,
            used: 0,
        };
        let key = (bucket, principal.to_owned());
        let window = windows.entry(key).or_insert(fresh);
        // The sandbox's clock can be moved, hence both ends are looked at.
        if window.ends <= now || window.ends > now + WINDOW {
            *window = fresh;
        }
        let exceeded = window.used >= limit;
        if !exceeded {
            window.used += 1;
        }
        Allowance {
            limit,
            remaining: limit.saturating_sub(window.used),
            reset: window.ends,
            exceeded,
        }
    }
}
