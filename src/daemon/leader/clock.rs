use std::sync::Arc;
use std::time::Duration;

/// Tells the time since some moment in the past; never goes back, and goes on while the machine sleeps.
pub(super) type Clock = Arc<dyn Fn() -> Duration + Send + Sync>;

/// The machine's clock. `Instant` stands still while the machine sleeps, and the leases of others do not.
pub(super) fn machine() -> Clock {
    Arc::new(since_boot)
}

#[cfg(target_os = "linux")]
fn since_boot() -> Duration {
    read(rustix::time::ClockId::Boottime)
}

#[cfg(all(unix, not(target_os = "linux")))]
fn since_boot() -> Duration {
    read(rustix::time::ClockId::Monotonic)
}

fn read(clock: rustix::time::ClockId) -> Duration {
    let time = rustix::time::clock_gettime(clock);
    // never negative, as it counts from the start of the machine
    Duration::try_from(time).unwrap_or_default()
}
