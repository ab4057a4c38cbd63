use std::sync::Mutex;
use std::time::Duration;

use futures_util::future::BoxFuture;

use crate::vendor::Clock;

/// The time of day at which every test begins: Sun, 06 Nov 1994 08:49:37 GMT.
pub(in crate::vendor) const START: i64 = 784_111_777;

/// Goes on only when somebody sleeps, and remembers for how long.
#[derive(Debug, Default)]
pub(in crate::vendor) struct FakeClock {
    now: Mutex<Duration>,
    slept: Mutex<Vec<Duration>>,
}

impl FakeClock {
    /// Seconds of each sleep so far.
    pub(in crate::vendor) fn slept(&self) -> Vec<f64> {
        let slept = self.slept.lock().unwrap();
        slept.iter().map(Duration::as_secs_f64).collect()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn unix(&self) -> i64 {
        START + i64::try_from(self.now().as_secs()).unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        *self.now.lock().unwrap() += time;
        self.slept.lock().unwrap().push(time);
        Box::pin(tokio::task::yield_now())
    }
}
