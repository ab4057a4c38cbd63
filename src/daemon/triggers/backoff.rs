use std::time::Duration;

/// How long to wait after applies that failed; by a clock that never goes back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Backoff {
    /// How many failed one after the other.
    failures: u32,
    until: Option<Duration>,
}

const FIRST: Duration = Duration::from_secs(30);
const LONGEST: Duration = Duration::from_mins(15);
/// Up to this share is taken off each wait, at random.
const JITTER: f64 = 0.1;

impl Backoff {
    /// An apply failed: tells how long the next one waits; `random` is from 0 to 1.
    pub fn failed(&mut self, now: Duration, random: f64) -> Duration {
        let doubled = 2_u32.saturating_pow(self.failures);
        let wait = FIRST.saturating_mul(doubled).min(LONGEST);
        let wait = wait.mul_f64(1.0 - JITTER * random.clamp(0.0, 1.0));
        self.failures = self.failures.saturating_add(1);
        self.until = Some(now.saturating_add(wait));
        wait
    }

    /// An apply succeeded, or there was nothing left to apply.
    pub fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// What is left of the wait; nothing when it is over.
    pub fn left(&self, now: Duration) -> Option<Duration> {
        let left = self.until?.saturating_sub(now);
        (!left.is_zero()).then_some(left)
    }

    /// How many applies failed one after the other.
    pub fn failures(&self) -> u32 {
        self.failures
    }
}
