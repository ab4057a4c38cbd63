//! A clock that moves together with the sandbox's, as soon as everybody waits.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use dcrsync::vendor::{self, Clock, RequestDone};
use futures_util::future::BoxFuture;
use tokio::sync::oneshot;

use crate::world::{World, plain_client};

/// Sleeps that are shorter than this are really slept.
const REAL: Duration = Duration::from_secs(1);
/// How often it is looked whether everybody waits.
const LOOK: Duration = Duration::from_millis(5);

/// Real time, and what was skipped of it here and at the sandbox.
#[derive(Debug)]
pub(crate) struct Driven {
    start: Instant,
    skipped: Mutex<Duration>,
    sleepers: Mutex<Vec<(Duration, oneshot::Sender<()>)>>,
    ended: AtomicU64,
    refused: AtomicU64,
}

impl Driven {
    pub(crate) fn new() -> Arc<Self> {
        Arc::new(Self {
            start: Instant::now(),
            skipped: Mutex::default(),
            sleepers: Mutex::default(),
            ended: AtomicU64::new(0),
            refused: AtomicU64::new(0),
        })
    }

    /// Clients that live in this time.
    pub(crate) fn options(self: &Arc<Self>) -> vendor::Options {
        let told = Arc::clone(self);
        vendor::Options {
            clock: Arc::clone(self) as Arc<dyn Clock>,
            observer: Some(Arc::new(move |done: &RequestDone| {
                told.ended.fetch_add(1, Ordering::SeqCst);
                if done.status == Some(429) {
                    told.refused.fetch_add(1, Ordering::SeqCst);
                }
            })),
            ..vendor::Options::default()
        }
    }

    /// The 429s that our clients were answered.
    pub(crate) fn refused(&self) -> u64 {
        self.refused.load(Ordering::SeqCst)
    }

    /// Moves both clocks whenever no request is under way and somebody sleeps; in each second that is
    /// skipped, as many others send a request to this path.
    pub(crate) async fn drive(&self, world: &World, usage: &vendor::Usage, others: Option<&str>) {
        let client = plain_client();
        let mut quiet = 0;
        loop {
            tokio::time::sleep(LOOK).await;
            let under_way = usage.total() - self.ended.load(Ordering::SeqCst);
            let first = self
                .sleepers
                .lock()
                .unwrap()
                .iter()
                .map(|(at, _)| *at)
                .min();
            quiet = if under_way == 0 { quiet + 1 } else { 0 };
            let (Some(first), true) = (first, quiet > 2) else {
                continue;
            };
            let seconds = first.saturating_sub(self.now()).as_secs() + 1;
            for _ in 0..seconds {
                world.advance(&client, 1).await;
                *self.skipped.lock().unwrap() += Duration::from_secs(1);
                for _ in 0..3 {
                    if let Some(path) = others {
                        world.other(&client, path).await;
                    }
                }
            }
            let now = self.now();
            let mut sleepers = self.sleepers.lock().unwrap();
            for (at, wake) in std::mem::take(&mut *sleepers) {
                if at <= now {
                    let _ = wake.send(());
                } else {
                    sleepers.push((at, wake));
                }
            }
        }
    }
}

impl Clock for Driven {
    fn now(&self) -> Duration {
        self.start.elapsed() + *self.skipped.lock().unwrap()
    }

    fn unix(&self) -> i64 {
        jiff::Timestamp::now().as_second() + self.skipped.lock().unwrap().as_secs().cast_signed()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        if time < REAL {
            return Box::pin(tokio::time::sleep(time));
        }
        let (wake, woken) = oneshot::channel();
        self.sleepers
            .lock()
            .unwrap()
            .push((self.now() + time, wake));
        Box::pin(async move {
            let _ = woken.await;
        })
    }
}
