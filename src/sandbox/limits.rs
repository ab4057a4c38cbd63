use std::collections::{BTreeMap, HashMap};

use super::okta::TOKEN_SHARE;

/// Seconds that a window lasts; it starts with its first request.
const WINDOW: i64 = 60;

/// Requests a minute and token that Konnect, the portal and the gateway allow, by the beginning of a
/// path; the longest that fits counts. None is set at the start, as the vendor publishes none. Okta's
/// are its own (`OktaState::limits`).
#[derive(Debug, Default)]
pub(super) struct Limits {
    allowed: BTreeMap<String, u32>,
    /// When a window began and what was used of it, by limit and token.
    windows: HashMap<(String, String), (i64, u32)>,
}

impl Limits {
    /// Whether a limit is one of Okta's.
    pub(super) fn is_oktas(prefix: &str) -> bool {
        prefix == TOKEN_SHARE
            || ["/api/v1", "/oauth2", "/.well-known"]
                .iter()
                .any(|known| prefix.starts_with(known))
    }

    /// Sets all limits anew; windows that are open are forgotten.
    pub(super) fn set(&mut self, allowed: BTreeMap<String, u32>) {
        self.allowed = allowed;
        self.windows.clear();
    }

    /// What is allowed.
    pub(super) fn allowed(&self) -> &BTreeMap<String, u32> {
        &self.allowed
    }

    /// Counts a request; the seconds to wait where it is one too many.
    pub(super) fn take(&mut self, path: &str, token: &str, now: i64) -> Option<u32> {
        let fitting = self
            .allowed
            .iter()
            .filter(|(prefix, _)| path.starts_with(prefix.as_str()));
        let (prefix, allowed) = fitting.max_by_key(|(prefix, _)| prefix.len())?;
        // tokens come and go, windows must not pile up
        self.windows.retain(|_, (begun, _)| now < *begun + WINDOW);
        let window = self
            .windows
            .entry((prefix.clone(), token.to_owned()))
            .or_insert((now, 0));
        if window.1 >= *allowed {
            return u32::try_from(window.0 + WINDOW - now).ok();
        }
        window.1 += 1;
        None
    }
}
