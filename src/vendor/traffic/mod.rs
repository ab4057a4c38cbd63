//! How much may be sent: rate buckets with a share left to others, and lanes that adapt.
//!
//! One [`Traffic`] serves all clients of a process, so that workers, documents and portal sessions
//! that reach the same origin spend one budget. [`bucket`], [`latency`] and [`rate`] are pure: time
//! comes in as an argument, so that no vendor's and no machine's time of day matters.

mod allowance;
mod bucket;
mod budget;
mod guess;
mod lanes;
mod latency;
mod rate;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use url::Url;

pub use allowance::{Allowance, Outlook};
pub(super) use bucket::{Bucket, Ticket, Wait};
pub(super) use budget::{Budget, Spent};
pub(super) use lanes::{Lane, Lanes};
pub(super) use latency::Latency;
pub(super) use rate::{Rate, date, http_date, number, rate, until};

/// What the clients of a process know together of each origin's limits; clones share it.
#[derive(Debug, Clone, Default)]
pub struct Traffic(Arc<Mutex<HashMap<String, Arc<Road>>>>);

/// The way to one origin.
#[derive(Debug)]
pub(super) struct Road {
    pub(super) budget: Budget,
    pub(super) lanes: Lanes,
    /// When something was made here last.
    made: Mutex<Option<Duration>>,
}

/// An object is new for so long.
const NEW: Duration = Duration::from_secs(5);

impl Traffic {
    /// The way to an origin; who asks with the smallest share decides for all.
    pub(super) fn road(&self, base: &Url, share: f64, lanes: usize) -> Arc<Road> {
        let mut roads = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let road = roads
            .entry(base.origin().ascii_serialization())
            .or_insert_with(|| {
                Arc::new(Road {
                    budget: Budget::new(share),
                    lanes: Lanes::new(lanes),
                    made: Mutex::default(),
                })
            });
        road.budget.narrow(share);
        Arc::clone(road)
    }
}

impl Road {
    /// Takes note that something was made.
    pub(super) fn made(&self, now: Duration) {
        *self.made.lock().unwrap_or_else(PoisonError::into_inner) = Some(now);
    }

    /// Tells whether something was made a moment ago.
    pub(super) fn fresh(&self, now: Duration) -> bool {
        let made = *self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.is_some_and(|at| now < at + NEW)
    }

    /// What is known of the limits and of how fast answers come.
    pub(super) fn outlook(&self, now: Duration) -> Outlook {
        Outlook {
            buckets: self.budget.allowances(now),
            lanes: self.lanes.open(),
            read: self.lanes.latency(false),
            write: self.lanes.latency(true),
        }
    }
}

#[cfg(test)]
mod tests;
