use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;

use super::Latency;

/// Bounds the requests under way by additive increase and multiplicative decrease (Chiu and Jain 1989).
///
/// One more after each full round of good answers, half after trouble or when answers take far longer
/// than usual (the delay signal of TCP Vegas), but once a round: what was sent before the last
/// halving tells nothing about the number that is open now.
#[derive(Debug)]
pub(in crate::vendor) struct Lanes {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    most: usize,
    open: usize,
    taken: usize,
    good: usize,
    halvings: u64,
    latencies: BTreeMap<(&'static str, bool), Latency>,
}

/// One request's place; given back when dropped.
#[derive(Debug)]
pub(in crate::vendor) struct Lane<'a> {
    lanes: &'a Lanes,
    halvings: u64,
}

impl Lanes {
    pub(in crate::vendor) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            state: Mutex::new(State {
                most,
                open: most,
                taken: 0,
                good: 0,
                halvings: 0,
                latencies: BTreeMap::new(),
            }),
            freed: Notify::new(),
        }
    }

    /// Waits for a place.
    pub(in crate::vendor) async fn take(&self) -> Lane<'_> {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // Registered before looking, so that a place freed in between is not missed.
            freed.as_mut().enable();
            {
                let mut state = self.state();
                if state.taken < state.open {
                    state.taken += 1;
                    return Lane {
                        lanes: self,
                        halvings: state.halvings,
                    };
                }
            }
            freed.await;
        }
    }

    /// The places that are open now.
    pub(in crate::vendor) fn open(&self) -> usize {
        self.state().open
    }

    /// How long answers take, by the sorts of requests seen most.
    pub(in crate::vendor) fn latency(&self, writes: bool) -> Option<Duration> {
        let state = self.state();
        let sorts = state.latencies.iter().filter(|(sort, _)| sort.1 == writes);
        let (mut count, mut sum) = (0, Duration::ZERO);
        for (seen, took) in sorts.map(|(_, latency)| latency.lately()) {
            count += seen;
            sum += took * seen;
        }
        (count > 0).then(|| sum / count)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lane<'_> {
    /// Learns of an answer that did what was asked, and how long it took.
    pub(in crate::vendor) fn answered(&self, bucket: &'static str, writes: bool, took: Duration) {
        let mut state = self.lanes.state();
        let rising = state
            .latencies
            .entry((bucket, writes))
            .or_default()
            .learn(took);
        if rising {
            drop(state);
            return self.strained();
        }
        state.good += 1;
        if state.good >= state.open && state.open < state.most {
            state.open += 1;
            state.good = 0;
            drop(state);
            self.lanes.freed.notify_one();
        }
    }

    /// Learns that the vendor is in trouble, or has too much to do.
    pub(in crate::vendor) fn strained(&self) {
        let mut state = self.lanes.state();
        if state.halvings != self.halvings {
            return;
        }
        state.open = (state.open / 2).max(1);
        state.good = 0;
        state.halvings += 1;
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.lanes.state().taken -= 1;
        self.lanes.freed.notify_one();
    }
}
