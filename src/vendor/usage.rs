use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::Vendor;

/// Counts requests by vendor and rate limit bucket; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Usage(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    by_bucket: Mutex<BTreeMap<(Vendor, &'static str), u64>>,
    begun: AtomicU64,
}

impl Usage {
    /// Numbers a request that begins, from 1; its further tries have the same number.
    pub(super) fn begin(&self) -> u64 {
        self.0.begun.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Counts one try.
    pub(super) fn count(&self, vendor: Vendor, bucket: &'static str) {
        let counts = self.0.by_bucket.lock();
        let mut counts = counts.unwrap_or_else(PoisonError::into_inner);
        *counts.entry((vendor, bucket)).or_default() += 1;
    }

    /// All counts so far, repeated tries included.
    pub fn counts(&self) -> BTreeMap<(Vendor, &'static str), u64> {
        self.0
            .by_bucket
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The number of requests so far.
    pub fn total(&self) -> u64 {
        self.counts().values().sum()
    }
}
