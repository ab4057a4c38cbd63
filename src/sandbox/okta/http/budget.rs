use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;

/// Seconds that a window lasts; it starts with its first request, not with the clock's minute.
const WINDOW: i64 = 60;
/// Requests a window unless the state says otherwise: more than any test sends.
const GENEROUS: u32 = 100_000;

/// How many requests each bucket has left. Not saved: a restarted sandbox starts with full buckets.
#[derive(Debug, Default)]
pub(crate) struct Budgets {
    windows: Mutex<HashMap<&'static str, Window>>,
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

impl Budgets {
    /// Counts one request; a limit of `None` is the generous one.
    pub(super) fn take(
        &self,
        bucket: &'static str,
        limit: Option<u32>,
        now: Timestamp,
    ) -> Allowance {
        let limit = limit.unwrap_or(GENEROUS);
        let now = now.as_second();
        let mut windows = self.windows.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = Window {
            ends: now + WINDOW,
            used: 0,
        };
        let window = windows.entry(bucket).or_insert(fresh);
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
