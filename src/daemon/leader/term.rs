use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use super::clock::Clock;
use crate::vendor::Fence;

/// Until when this replica may write.
///
/// The end is a moment of the clock and not a flag that somebody would have to lower: a process that wakes
/// after a pause finds its term over at its first instruction.
#[derive(Clone)]
pub(super) struct Term {
    /// Nanoseconds of the clock; 0 is never in the future.
    until: Arc<AtomicU64>,
    /// For good: whoever stops an election must not see it go on.
    is_shut: Arc<AtomicBool>,
    clock: Clock,
}

impl Term {
    pub(super) fn new(clock: Clock) -> Self {
        Self {
            until: Arc::new(AtomicU64::new(0)),
            is_shut: Arc::new(AtomicBool::new(false)),
            clock,
        }
    }

    pub(super) fn now(&self) -> Duration {
        (self.clock)()
    }

    pub(super) fn extend(&self, until: Duration) {
        self.until.store(nanos(until), Ordering::SeqCst);
    }

    pub(super) fn end(&self) {
        self.until.store(0, Ordering::SeqCst);
    }

    pub(super) fn shut(&self) {
        self.is_shut.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_on(&self) -> bool {
        !self.is_shut.load(Ordering::SeqCst)
            && nanos(self.now()) < self.until.load(Ordering::SeqCst)
    }

    pub(super) fn fence(&self) -> Fence {
        let term = self.clone();
        Arc::new(move || term.is_on())
    }
}

/// Enough for 584 years since the start of the machine.
fn nanos(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
