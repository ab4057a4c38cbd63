use std::time::Duration;

use crate::vendor::traffic::{Bucket, Wait};

const SECOND: Duration = Duration::from_secs(1);

/// Sends until the n-th, which is refused for this long.
fn refused(sent: u64, wait: Duration) -> Bucket {
    let mut bucket = Bucket::default();
    for _ in 0..sent {
        let ticket = bucket.admit(0.5, Duration::ZERO).unwrap();
        bucket.end(true, ticket);
    }
    let ticket = bucket.admit(0.5, Duration::ZERO).unwrap();
    bucket.close(wait, true, Duration::ZERO);
    bucket.end(true, ticket);
    bucket
}

#[test]
fn a_refusal_gives_a_limit_away_that_no_header_tells() {
    let mut bucket = refused(40, 30 * SECOND);
    let now = 30 * SECOND;
    let probe = bucket.admit(0.5, now).unwrap();
    bucket.healthy();
    bucket.end(true, probe);
    for _ in 1..20 {
        let ticket = bucket.admit(0.5, now).unwrap();
        bucket.end(true, ticket);
    }
    // Half of the 40 that came through are used; the rest of the window is for others.
    assert_eq!(
        bucket.admit(0.5, now + SECOND),
        Err(Wait::Time(29 * SECOND))
    );
    assert!(bucket.admit(0.5, now + 30 * SECOND).is_ok());
}

#[test]
fn who_is_refused_at_once_did_not_use_the_limit_up() {
    let mut bucket = refused(3, 2 * SECOND);
    let probe = bucket.admit(0.5, 2 * SECOND).unwrap();
    bucket.healthy();
    bucket.end(true, probe);
    for _ in 0..50 {
        let ticket = bucket.admit(0.5, 2 * SECOND).unwrap();
        bucket.end(true, ticket);
    }
}

#[test]
fn a_guess_is_forgotten() {
    let mut bucket = refused(40, 30 * SECOND);
    let now = 30 * SECOND * 11;
    let probe = bucket.admit(0.5, now).unwrap();
    bucket.healthy();
    bucket.end(true, probe);
    for _ in 0..100 {
        let ticket = bucket.admit(0.5, now).unwrap();
        bucket.end(true, ticket);
    }
}
