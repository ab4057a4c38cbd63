use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::sync::watch;

use crate::vendor::Clock;

/// A clock that goes on when it is told to; sleepers wake by it.
pub(super) struct Moved(watch::Sender<Duration>);

impl Moved {
    pub(super) fn new() -> Arc<Self> {
        Arc::new(Self(watch::Sender::new(Duration::ZERO)))
    }

    pub(super) fn go_on(&self, time: Duration) {
        self.0.send_modify(|now| *now += time);
    }
}

impl Clock for Moved {
    fn now(&self) -> Duration {
        *self.0.borrow()
    }

    fn unix(&self) -> i64 {
        i64::try_from(self.now().as_secs()).unwrap()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        let mut now = self.0.subscribe();
        let until = self.now() + time;
        Box::pin(async move {
            now.wait_for(|now| *now >= until).await.unwrap();
        })
    }
}
