//! Servers for the tests of this floor: one that plays a script, some that break off, a clock that does not wait.

mod broken;
mod clock;
mod script;

pub(super) use broken::Broken;
pub(super) use clock::FakeClock;
pub(super) use script::{Fake, Step, on};

use std::sync::Arc;
use std::time::Duration;

use crate::vendor::{Clock, Options, Pace};

/// Options whose waits are only written down.
pub(super) fn options(clock: &Arc<FakeClock>) -> Options {
    Options {
        pace: Pace {
            jitter: Duration::ZERO,
            budget: 1.0,
            connect: Duration::from_secs(2),
            total: Duration::from_secs(5),
            ..Pace::default()
        },
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        ..Options::default()
    }
}
