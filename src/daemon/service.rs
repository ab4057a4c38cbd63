//! What the service manager is told: ready, alive, stopping (`sd_notify`).

use std::time::Duration;

use sd_notify::NotifyState;

/// The service manager, where there is one.
#[derive(Debug, Clone, Copy)]
pub struct Service {
    watchdog: Option<Duration>,
}

impl Service {
    /// By `NOTIFY_SOCKET` and `WATCHDOG_USEC`; without them nothing is told.
    pub fn from_environment() -> Self {
        Self { watchdog: None }
    }
    /// It is ready.
    pub fn ready(self) {
        tell(&[NotifyState::Ready]);
    }
    /// It lives.
    pub fn alive(self) {
        tell(&[NotifyState::Watchdog]);
    }
    /// It ends.
    pub fn stopping(self) {
        tell(&[NotifyState::Stopping]);
    }
    /// How often it has to say that it lives.
    pub fn beat(self) -> Option<Duration> {
        self.watchdog
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::debug!(%error, "the service manager was not told");
    }
}
