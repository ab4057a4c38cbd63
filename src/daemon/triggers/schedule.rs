use std::time::Duration;

/// When the next full look is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule(Duration);

/// The share of the interval that is left to chance, to either side: replicas and documents that began together
/// do not ask together for ever.
const JITTER: f64 = 0.1;

impl Schedule {
    /// Looks once in this time.
    pub fn new(interval: Duration) -> Self {
        Self(interval)
    }

    /// The wait until the next look; `random` is from 0 to 1.
    pub fn wait(self, random: f64) -> Duration {
        self.0
            .mul_f64(1.0 - JITTER + 2.0 * JITTER * random.clamp(0.0, 1.0))
    }
}
