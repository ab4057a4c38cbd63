use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

use super::{Allowance, Bucket, Rate, Ticket, Wait};

/// The rate limits of one origin; all clients and workers of the process spend from the same.
#[derive(Debug)]
pub(in crate::vendor) struct Budget {
    state: Mutex<State>,
    /// Something was answered, so who waits for an answer looks again.
    told: Notify,
}

#[derive(Debug)]
struct State {
    share: f64,
    buckets: BTreeMap<&'static str, Bucket>,
}

/// One request that counts against a bucket until it ended.
#[derive(Debug)]
pub(in crate::vendor) struct Spent<'a> {
    budget: &'a Budget,
    bucket: &'static str,
    ticket: Ticket,
    answered: Cell<bool>,
}

impl Budget {
    /// `share` is what may be used, 0 to 1.
    pub(in crate::vendor) fn new(share: f64) -> Self {
        Self {
            state: Mutex::new(State {
                share: sane(share),
                buckets: BTreeMap::new(),
            }),
            told: Notify::new(),
        }
    }

    /// Uses a smaller share from now on.
    pub(in crate::vendor) fn narrow(&self, share: f64) {
        let mut state = self.state();
        state.share = state.share.min(sane(share));
    }

    /// Reserves a request, or tells what to wait for; `metered` says that each answer tells the limit.
    pub(in crate::vendor) fn spend(
        &self,
        bucket: &'static str,
        metered: bool,
        now: Duration,
    ) -> Result<Spent<'_>, Wait> {
        let mut state = self.state();
        let share = state.share;
        let known = state.buckets.entry(bucket).or_insert_with(|| {
            if metered {
                Bucket::metered()
            } else {
                Bucket::default()
            }
        });
        let ticket = known.admit(share, now)?;
        Ok(Spent {
            budget: self,
            bucket,
            ticket,
            answered: Cell::new(false),
        })
    }

    /// Ends when the next request has; enable it before looking, so that none in between is missed.
    pub(in crate::vendor) fn told(&self) -> Notified<'_> {
        self.told.notified()
    }

    /// Makes everybody who uses the bucket wait; `asked` tells that the vendor named the time.
    pub(in crate::vendor) fn close(
        &self,
        bucket: &'static str,
        wait: Duration,
        asked: bool,
        now: Duration,
    ) {
        self.change(bucket, |bucket| bucket.close(wait, asked, now));
    }

    /// What is known of the buckets at this time.
    pub(in crate::vendor) fn allowances(&self, now: Duration) -> Vec<Allowance> {
        let state = self.state();
        state
            .buckets
            .iter()
            .filter_map(|(name, bucket)| bucket.allowance(name, state.share, now))
            .collect()
    }

    fn change(&self, bucket: &'static str, change: impl FnOnce(&mut Bucket)) {
        change(self.state().buckets.entry(bucket).or_default());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Spent<'_> {
    /// Takes note that an answer came, and of what its headers say.
    pub(in crate::vendor) fn answered(&self, rate: Option<Rate>, healthy: bool, now: Duration) {
        self.answered.set(true);
        self.budget.change(self.bucket, |bucket| {
            match rate {
                Some(rate) => bucket.learn(rate, self.ticket, now),
                None => bucket.untold(),
            }
            if healthy {
                bucket.healthy();
            }
        });
    }
}

impl Drop for Spent<'_> {
    fn drop(&mut self) {
        let (answered, ticket) = (self.answered.get(), self.ticket);
        self.budget
            .change(self.bucket, |bucket| bucket.end(answered, ticket));
        self.budget.told.notify_waiters();
    }
}

fn sane(share: f64) -> f64 {
    if share.is_finite() {
        share.clamp(0.0, 1.0)
    } else {
        1.0
    }
}
