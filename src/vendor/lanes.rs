use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;

/// Bounds the requests under way: one more after each full round of good answers, half after a bad one.
#[derive(Debug)]
pub(super) struct Lanes {
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug)]
struct State {
    most: usize,
    open: usize,
    taken: usize,
    good: usize,
}

/// One request's place; given back when dropped.
#[derive(Debug)]
pub(super) struct Lane<'a>(&'a Lanes);

impl Lanes {
    pub(super) fn new(most: usize) -> Self {
        let most = most.max(1);
        Self {
            state: Mutex::new(State {
                most,
                open: most,
                taken: 0,
                good: 0,
            }),
            freed: Notify::new(),
        }
    }

    /// Waits for a place.
    pub(super) async fn take(&self) -> Lane<'_> {
        loop {
            let mut freed = std::pin::pin!(self.freed.notified());
            // Registered before looking, so that a place freed in between is not missed.
            freed.as_mut().enable();
            {
                let mut state = self.state();
                if state.taken < state.open {
                    state.taken += 1;
                    return Lane(self);
                }
            }
            freed.await;
        }
    }

    /// Learns how a request went; `false` means that the vendor is strained.
    pub(super) fn learn(&self, healthy: bool) {
        let mut state = self.state();
        if !healthy {
            state.open = (state.open / 2).max(1);
            state.good = 0;
            return;
        }
        state.good += 1;
        if state.good >= state.open && state.open < state.most {
            state.open += 1;
            state.good = 0;
            drop(state);
            self.freed.notify_one();
        }
    }

    /// The places that are open now.
    pub(super) fn open(&self) -> usize {
        self.state().open
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Lane<'_> {
    fn drop(&mut self) {
        self.0.state().taken -= 1;
        self.0.freed.notify_one();
    }
}
