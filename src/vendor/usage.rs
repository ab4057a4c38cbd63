use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::Vendor;

/// Counts requests by vendor and rate limit bucket; clones count together.
#[derive(Debug, Clone, Default)]
pub struct Usage(Arc<Mutex<BTreeMap<(Vendor, &'static str), u64>>>);

impl Usage {
    /// Counts one request.
    pub(super) fn count(&self, vendor: Vendor, bucket: &'static str) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.entry((vendor, bucket)).or_default() += 1;
    }

    /// All counts so far, repeated tries included.
    pub fn counts(&self) -> BTreeMap<(Vendor, &'static str), u64> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// The number of requests so far.
    pub fn total(&self) -> u64 {
        self.counts().values().sum()
    }
}
