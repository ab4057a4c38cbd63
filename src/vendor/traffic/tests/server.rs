//! A rate limit as Okta describes it, written from its documentation and not from our reading of it:
//! a window begins with its first request, figures are whole seconds, a request too many is refused.

use std::time::Duration;

use crate::vendor::traffic::Rate;

#[derive(Debug)]
pub(super) struct Server {
    pub(super) limit: u64,
    pub(super) length: u64,
    window: u64,
    ends: u64,
    used: u64,
    /// For each window: what clients of ours sent, what was refused to them.
    pub(super) windows: Vec<(u64, u64)>,
}

/// What the server said: its headers, and whether it refused.
pub(super) struct Said {
    pub(super) rate: Rate,
    pub(super) refused: bool,
}

impl Server {
    pub(super) fn new(limit: u64, length: u64) -> Self {
        Self {
            limit,
            length,
            window: 0,
            ends: 0,
            used: 0,
            windows: vec![(0, 0)],
        }
    }

    /// Takes a request; `stale` is by how much its `Date` lags.
    pub(super) fn take(&mut self, ours: bool, stale: u64, now: Duration) -> Said {
        let seconds = now.as_secs();
        if seconds >= self.ends {
            self.ends = seconds + self.length;
            self.used = 0;
            self.window += 1;
            self.windows.push((0, 0));
        }
        let refused = self.used >= self.limit;
        if !refused {
            self.used += 1;
        }
        if ours {
            let counts = self.windows.last_mut().unwrap();
            counts.0 += u64::from(!refused);
            counts.1 += u64::from(refused);
        }
        Said {
            rate: Rate {
                limit: self.limit,
                remaining: self.limit - self.used,
                ends_in: Duration::from_secs(self.ends - seconds.saturating_sub(stale)),
            },
            refused,
        }
    }
}
