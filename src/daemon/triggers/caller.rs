use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// Asks for a run of one document; cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct Caller(Arc<Calls>);

#[derive(Debug, Default)]
struct Calls {
    asked: AtomicBool,
    event: AtomicBool,
    came: Notify,
}

impl Caller {
    /// A person asks: the page's button, `SIGHUP`.
    pub fn ask(&self) {
        self.0.asked.store(true, Ordering::Release);
        self.0.came.notify_one();
    }

    /// Okta's System Log tells of a change.
    pub fn event(&self) {
        self.0.event.store(true, Ordering::Release);
        self.0.came.notify_one();
    }

    pub(super) fn take_asked(&self) -> bool {
        self.0.asked.swap(false, Ordering::AcqRel)
    }

    pub(super) fn take_event(&self) -> bool {
        self.0.event.swap(false, Ordering::AcqRel)
    }

    /// Waits for a call; one that came before counts.
    pub(super) async fn came(&self) {
        self.0.came.notified().await;
    }
}
