use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Deserialize, Serialize};

use super::{Vendor, origins};

/// The origins of the four servers, `http://127.0.0.1:4001`, without a slash at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// Okta: management API and token endpoints.
    pub okta: String,
    /// Konnect: admin API.
    pub konnect: String,
    /// The developer portal's API.
    pub portal: String,
    /// The gateway in front of the published APIs.
    pub gateway: String,
}

/// What all four servers know: the time, each other's origins, and whether something was written.
#[derive(Debug, Default)]
pub(super) struct Common {
    /// Seconds that the clock was moved by.
    pub(super) clock_offset: AtomicI64,
    /// Known once all four listen.
    pub(super) origins: OnceLock<Origins>,
    /// Host names that lead here besides the addresses listened on, without a port.
    pub(super) names: OnceLock<Vec<String>>,
    /// The authority of the sandbox's own certificate, in PEM, where it speaks https.
    pub(super) ca: OnceLock<String>,
    /// Set by each change of state, cleared when the state was saved.
    pub(super) dirty: AtomicBool,
}

impl Common {
    /// The sandbox's time.
    pub(super) fn now(&self) -> jiff::Timestamp {
        let offset = jiff::SignedDuration::from_secs(self.clock_offset.load(Ordering::Relaxed));
        let now = jiff::Timestamp::now();
        now.checked_add(offset).unwrap_or(now)
    }

    /// The origin that a client used, by its `Host`; the sandbox's own where that names somebody else.
    pub(super) fn origin(&self, vendor: Vendor, host: &str) -> Option<String> {
        let own = self.origins.get()?.of(vendor);
        let names = self.names.get().map_or(&[][..], Vec::as_slice);
        Some(origins::as_called(own, host, names))
    }
}

/// The state of one emulated vendor, shared by its requests. Cheap to clone.
#[derive(Debug)]
pub(super) struct Shared<T> {
    state: Arc<Mutex<T>>,
    /// What is common to all servers.
    pub(super) common: Arc<Common>,
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self {
            state: Arc::clone(&self.state),
            common: Arc::clone(&self.common),
        }
    }
}

impl<T> Shared<T> {
    /// Puts a state behind a lock.
    pub(super) fn new(state: T, common: Arc<Common>) -> Self {
        Self {
            state: Arc::new(Mutex::new(state)),
            common,
        }
    }

    /// Looks at the state.
    pub(super) fn read<R>(&self, look: impl FnOnce(&T) -> R) -> R {
        look(&self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the state.
    pub(super) fn write<R>(&self, change: impl FnOnce(&mut T) -> R) -> R {
        let done = change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
        self.common.dirty.store(true, Ordering::Release);
        done
    }

    /// The sandbox's time.
    pub(super) fn now(&self) -> jiff::Timestamp {
        self.common.now()
    }
}
