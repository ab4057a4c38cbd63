use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// What is left of each rate limit, as the vendor's headers tell, and how long everybody waits.
///
/// Times are those of the client's clock, so that neither the vendor's nor the machine's time of day matters.
#[derive(Debug)]
pub(super) struct Budget {
    share: f64,
    buckets: Mutex<BTreeMap<&'static str, Bucket>>,
}

#[derive(Debug, Default, Clone)]
struct Bucket {
    window: Option<Window>,
    in_flight: u64,
    closed_until: Duration,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    ends: Duration,
}

/// The wait for answers that are under way.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// What one answer told about its rate limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) limit: u64,
    pub(super) remaining: u64,
    /// From the answer to the end of the window.
    pub(super) ends_in: Duration,
}

/// What may still be sent against one rate limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowance {
    /// The rate limit's name.
    pub bucket: &'static str,
    /// Requests per window, by the vendor.
    pub limit: u64,
    /// Requests that may be sent in this window without touching the share of others.
    pub left: u64,
    /// Until a new window begins.
    pub ends_in: Duration,
}

/// One request that counts against a bucket until it ended.
#[derive(Debug)]
pub(super) struct Spent<'a> {
    budget: &'a Budget,
    bucket: &'static str,
}

impl Budget {
    /// `share` is what may be used, 0 to 1.
    pub(super) fn new(share: f64) -> Self {
        Self {
            share: if share.is_finite() {
                share.clamp(0.0, 1.0)
            } else {
                1.0
            },
            buckets: Mutex::default(),
        }
    }

    /// Counts a request, or tells how long to wait before asking again.
    pub(super) fn spend(&self, bucket: &'static str, now: Duration) -> Result<Spent<'_>, Duration> {
        let mut buckets = self.buckets();
        let state = buckets.entry(bucket).or_default();
        if now < state.closed_until {
            return Err(state.closed_until.saturating_sub(now));
        }
        if let Some(window) = state.window.filter(|window| now < window.ends)
            && self.left(window, state.in_flight) == 0
        {
            let rest = window.ends.saturating_sub(now);
            // What is under way may be counted in `remaining` already; its answer will tell.
            let unsure = self.left(window, 0) > 0;
            return Err(if unsure { rest.min(LOOK_AGAIN) } else { rest });
        }
        state.in_flight += 1;
        Ok(Spent {
            budget: self,
            bucket,
        })
    }

    /// Learns what an answer's headers say.
    pub(super) fn learn(&self, bucket: &'static str, rate: Rate, now: Duration) {
        let mut buckets = self.buckets();
        let state = buckets.entry(bucket).or_default();
        let ends = now + rate.ends_in;
        // Answers overtake each other: within one window only the lowest figure counts.
        let same = state.window.filter(|window| {
            now < window.ends
                && window.limit == rate.limit
                && window.ends.abs_diff(ends) < Duration::from_secs(5)
        });
        state.window = Some(match same {
            Some(window) => Window {
                remaining: window.remaining.min(rate.remaining),
                ..window
            },
            None => Window {
                limit: rate.limit,
                remaining: rate.remaining,
                ends,
            },
        });
    }

    /// Makes everybody who uses the bucket wait.
    pub(super) fn close(&self, bucket: &'static str, until: Duration) {
        let mut buckets = self.buckets();
        let state = buckets.entry(bucket).or_default();
        state.closed_until = state.closed_until.max(until);
        // What follows starts from fresh headers.
        state.window = None;
    }

    /// What is known of the buckets at this time.
    pub(super) fn allowances(&self, now: Duration) -> Vec<Allowance> {
        self.buckets()
            .iter()
            .filter_map(|(bucket, state)| {
                let window = state.window.filter(|window| now < window.ends)?;
                Some(Allowance {
                    bucket,
                    limit: window.limit,
                    left: self.left(window, state.in_flight),
                    ends_in: window.ends.saturating_sub(now),
                })
            })
            .collect()
    }

    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "limits are small and the share is between 0 and 1"
    )]
    fn left(&self, window: Window, in_flight: u64) -> u64 {
        // At least one: a limit smaller than the share must not stop everything.
        let usable = ((window.limit as f64 * self.share).floor() as u64).max(1);
        let reserve = window.limit.saturating_sub(usable);
        window.remaining.saturating_sub(in_flight + reserve)
    }

    fn buckets(&self) -> MutexGuard<'_, BTreeMap<&'static str, Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Spent<'_> {
    fn drop(&mut self) {
        if let Some(state) = self.budget.buckets().get_mut(self.bucket) {
            state.in_flight = state.in_flight.saturating_sub(1);
        }
    }
}
