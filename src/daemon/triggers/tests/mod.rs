mod clock;
mod merging;
mod signalling;

use std::time::Duration;

use super::{Backoff, Schedule};

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn a_schedule_keeps_within_a_tenth() {
    let schedule = Schedule::new(Duration::from_mins(5));
    for (random, wanted) in [(0.0, 270), (0.5, 300), (1.0, 330)] {
        let off = schedule.wait(random).abs_diff(Duration::from_secs(wanted));
        assert!(off < Duration::from_millis(1), "{random}: {off:?}");
    }
}

#[test]
fn failures_double_the_wait_and_a_success_ends_it() {
    let mut backoff = Backoff::default();
    let mut now = Duration::ZERO;
    let mut waits = Vec::new();
    for _ in 0..7 {
        let wait = backoff.failed(now, 0.0);
        assert_eq!(backoff.left(now), Some(wait));
        now += wait;
        assert_eq!(backoff.left(now.saturating_sub(SECOND)), Some(SECOND));
        assert_eq!(backoff.left(now), None);
        waits.push(wait.as_secs());
    }
    assert_eq!(waits, [30, 60, 120, 240, 480, 900, 900]);
    assert_eq!(backoff.failures(), 7);
    backoff.succeeded();
    assert_eq!(backoff.left(now), None);
    assert_eq!(backoff.failed(now, 1.0), Duration::from_secs(27));
    // nothing overflows in a process that fails for years
    for _ in 0..100 {
        backoff.failed(Duration::MAX, 0.0);
    }
    assert_eq!(backoff.failed(now, 0.0), Duration::from_mins(15));
}
