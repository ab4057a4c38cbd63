use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use futures_util::future::BoxFuture;

/// Tells the time and waits; tests bring one that does not really wait.
pub trait Clock: Send + Sync {
    /// The time since the clock was made; never goes back.
    fn now(&self) -> Duration;

    /// The time of day, in seconds since 1970 UTC.
    fn unix(&self) -> i64;

    /// Waits.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The machine's clock.
#[derive(Debug, Clone, Copy)]
pub struct Realtime(Instant);

impl Default for Realtime {
    fn default() -> Self {
        Self(Instant::now())
    }
}

impl Clock for Realtime {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn unix(&self) -> i64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .ok()
            .and_then(|time| i64::try_from(time.as_secs()).ok())
            .unwrap_or_default()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(time))
    }
}
