use std::time::Duration;

use super::LeaderError;

/// How long a lease lasts, and how often it is renewed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    lease: Duration,
    renew_deadline: Duration,
    retry: Duration,
}

impl Times {
    /// Checks that a leader stops writing before another one can take over.
    pub fn new(
        lease: Duration,
        renew_deadline: Duration,
        retry: Duration,
    ) -> Result<Self, LeaderError> {
        // the record of a lease knows whole seconds only
        let is_whole = lease.subsec_nanos() == 0 && i32::try_from(lease.as_secs()).is_ok();
        if is_whole && !retry.is_zero() && retry * 2 <= renew_deadline && renew_deadline < lease {
            Ok(Self {
                lease,
                renew_deadline,
                retry,
            })
        } else {
            Err(LeaderError::Times)
        }
    }

    /// Times that may let two lead, to see that they do.
    #[cfg(test)]
    pub(super) fn unchecked(lease: Duration, renew_deadline: Duration, retry: Duration) -> Self {
        Self {
            lease,
            renew_deadline,
            retry,
        }
    }

    /// A lease that did not change for so long may be taken.
    pub fn lease(&self) -> Duration {
        self.lease
    }

    /// A leader that could not renew for so long stops writing.
    pub fn renew_deadline(&self) -> Duration {
        self.renew_deadline
    }

    /// The time between two looks, or two renewals.
    pub fn retry(&self) -> Duration {
        self.retry
    }

    /// The time for one request: two of them fit before the renew deadline.
    pub(super) fn request(&self) -> Duration {
        self.renew_deadline / 2
    }

    /// The same in the record of a lease.
    pub(super) fn lease_seconds(&self) -> i32 {
        i32::try_from(self.lease.as_secs()).unwrap_or(i32::MAX)
    }
}

/// Those of Kubernetes's own components: 15 s, 10 s, 2 s.
impl Default for Times {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            renew_deadline: Duration::from_secs(10),
            retry: Duration::from_secs(2),
        }
    }
}
