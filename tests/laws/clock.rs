//! A clock that jumps where the real one would wait.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use dcrsync::vendor::Clock;
use futures_util::future::BoxFuture;

/// Each sleep takes this long, so that servers and other tasks get on.
const NAP: Duration = Duration::from_millis(2);

/// Moves on by the whole of each sleep and really sleeps almost nothing.
#[derive(Debug)]
pub(crate) struct Hurried {
    start: Instant,
    skipped: Mutex<Duration>,
}

impl Default for Hurried {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            skipped: Mutex::default(),
        }
    }
}

impl Clock for Hurried {
    fn now(&self) -> Duration {
        self.start.elapsed() + *self.skipped.lock().unwrap()
    }

    fn unix(&self) -> i64 {
        jiff::Timestamp::now().as_second()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        *self.skipped.lock().unwrap() += time;
        Box::pin(tokio::time::sleep(time.min(NAP)))
    }
}
