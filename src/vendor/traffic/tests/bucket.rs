use std::time::Duration;

use crate::vendor::traffic::{Bucket, Rate, Ticket, Wait};

const SECOND: Duration = Duration::from_secs(1);

fn rate(limit: u64, remaining: u64) -> Rate {
    ends(limit, remaining, 10 * SECOND)
}

fn ends(limit: u64, remaining: u64, ends_in: Duration) -> Rate {
    Rate {
        limit,
        remaining,
        ends_in,
    }
}

/// Tells whether a request is let through, and as a probe.
fn probes(bucket: &mut Bucket, share: f64, now: Duration) -> Result<bool, Wait> {
    bucket.admit(share, now).map(|ticket| ticket.probe)
}

/// What an earlier answer told.
fn told(bucket: &mut Bucket, rate: Rate, now: Duration) {
    bucket.learn(rate, Ticket::default(), now);
}

fn left(bucket: &Bucket, share: f64, now: Duration) -> u64 {
    bucket.allowance("b", share, now).unwrap().left
}

#[test]
fn a_share_is_left_for_others_however_many_are_in_flight() {
    let mut bucket = Bucket::default();
    told(&mut bucket, rate(100, 52), Duration::ZERO);
    let first = bucket.admit(0.5, Duration::ZERO).unwrap();
    bucket.admit(0.5, SECOND).unwrap();
    // Two are left and two are under way: their answers will tell.
    assert_eq!(probes(&mut bucket, 0.5, 2 * SECOND), Err(Wait::Answer));
    told(&mut bucket, rate(100, 50), 2 * SECOND);
    bucket.end(true, first);
    assert_eq!(
        probes(&mut bucket, 0.5, 2 * SECOND),
        Err(Wait::Time(8 * SECOND)),
        "the rest is for others, whatever is under way"
    );
}

#[test]
fn a_request_without_an_answer_counts_as_sent() {
    let mut bucket = Bucket::default();
    told(&mut bucket, rate(100, 52), Duration::ZERO);
    let before = bucket.admit(0.5, SECOND).unwrap();
    let lost = bucket.admit(0.5, SECOND).unwrap();
    bucket.end(false, lost);
    // An answer to what was sent before says nothing about it.
    bucket.learn(rate(100, 51), before, SECOND);
    bucket.end(true, before);
    assert_eq!(left(&bucket, 0.5, SECOND), 0);
    assert!(matches!(bucket.admit(0.5, SECOND), Err(Wait::Time(_))));
    // One to what was sent later does.
    let mut bucket = Bucket::default();
    told(&mut bucket, rate(100, 60), Duration::ZERO);
    let lost = bucket.admit(0.5, SECOND).unwrap();
    bucket.end(false, lost);
    assert_eq!(left(&bucket, 0.5, SECOND), 9);
    let later = bucket.admit(0.5, SECOND).unwrap();
    bucket.learn(rate(100, 59), later, SECOND);
    bucket.end(true, later);
    assert_eq!(left(&bucket, 0.5, SECOND), 9);
}

#[test]
fn a_new_window_opens_with_one_request_whose_answer_lets_the_others_in() {
    let mut bucket = Bucket::metered();
    told(&mut bucket, rate(100, 3), Duration::ZERO);
    assert_eq!(
        probes(&mut bucket, 0.5, 9 * SECOND),
        Err(Wait::Time(SECOND))
    );
    let probe = bucket.admit(0.5, 10 * SECOND).unwrap();
    assert!(probe.probe);
    assert_eq!(probes(&mut bucket, 0.5, 10 * SECOND), Err(Wait::Answer));
    bucket.learn(rate(100, 99), probe, 10 * SECOND);
    bucket.end(true, probe);
    assert_eq!(probes(&mut bucket, 0.5, 10 * SECOND), Ok(false));
    assert_eq!(probes(&mut bucket, 0.5, 10 * SECOND), Ok(false));
}

#[test]
fn old_figures_are_asked_for_again_by_one_request() {
    let mut bucket = Bucket::metered();
    told(&mut bucket, rate(600, 599), Duration::ZERO);
    let other = bucket.admit(1.0, 4 * SECOND).unwrap();
    assert!(!other.probe);
    let probe = bucket.admit(1.0, 6 * SECOND).unwrap();
    assert!(probe.probe);
    assert_eq!(probes(&mut bucket, 1.0, 6 * SECOND), Err(Wait::Answer));
    // Another one that ends meanwhile is not what is waited for.
    bucket.end(true, other);
    assert_eq!(probes(&mut bucket, 1.0, 6 * SECOND), Err(Wait::Answer));
    bucket.end(true, probe);
    assert!(bucket.admit(1.0, 6 * SECOND).is_ok());
}

#[test]
fn answers_that_overtake_each_other_do_not_raise_what_is_left() {
    let mut bucket = Bucket::default();
    told(&mut bucket, rate(100, 5), Duration::ZERO);
    told(&mut bucket, rate(100, 9), SECOND / 2);
    assert_eq!(left(&bucket, 1.0, SECOND), 5);
    told(&mut bucket, rate(100, 99), 11 * SECOND);
    assert_eq!(left(&bucket, 1.0, 11 * SECOND), 99);
    // One of the window before that comes late.
    told(&mut bucket, ends(100, 1, Duration::ZERO), 12 * SECOND);
    assert_eq!(left(&bucket, 1.0, 12 * SECOND), 99);
}

#[test]
fn the_closer_the_limit_the_fewer_at_once() {
    for (remaining, at_once) in [(100, 25), (20, 5), (9, 2), (3, 1)] {
        let mut bucket = Bucket::default();
        told(&mut bucket, rate(100, remaining), Duration::ZERO);
        let mut sent = 0;
        while bucket.admit(1.0, Duration::ZERO).is_ok() {
            sent += 1;
        }
        assert_eq!(sent, at_once, "{remaining} are left");
    }
}

#[test]
fn a_tiny_share_still_lets_one_through() {
    let mut bucket = Bucket::default();
    told(&mut bucket, rate(20, 20), Duration::ZERO);
    assert!(bucket.admit(0.0, Duration::ZERO).is_ok());
    assert!(bucket.admit(0.0, Duration::ZERO).is_err());
}

#[test]
fn after_a_429_nobody_sends_until_the_time_and_then_one_first() {
    let mut bucket = Bucket::default();
    bucket.close(5 * SECOND, true, Duration::ZERO);
    bucket.close(3 * SECOND, true, SECOND);
    assert_eq!(
        probes(&mut bucket, 1.0, SECOND),
        Err(Wait::Time(4 * SECOND))
    );
    let probe = bucket.admit(1.0, 5 * SECOND).unwrap();
    assert!(probe.probe);
    assert_eq!(probes(&mut bucket, 1.0, 5 * SECOND), Err(Wait::Answer));
    bucket.healthy();
    bucket.end(true, probe);
    assert_eq!(probes(&mut bucket, 1.0, 5 * SECOND), Ok(false));
    assert_eq!(probes(&mut bucket, 1.0, 5 * SECOND), Ok(false));
}

#[test]
fn a_vendor_that_does_not_tell_after_all_is_not_asked_one_by_one() {
    let mut bucket = Bucket::metered();
    let probe = bucket.admit(0.5, Duration::ZERO).unwrap();
    assert!(probe.probe);
    assert_eq!(probes(&mut bucket, 0.5, Duration::ZERO), Err(Wait::Answer));
    bucket.untold();
    bucket.end(true, probe);
    for _ in 0..20 {
        assert_eq!(probes(&mut bucket, 0.5, Duration::ZERO), Ok(false));
    }
}

#[test]
fn the_first_request_of_a_window_tells_how_long_it_lasts() {
    let mut bucket = Bucket::metered();
    told(&mut bucket, ends(100, 60, 20 * SECOND), Duration::ZERO);
    let seen = |bucket: &Bucket, now| bucket.allowance("b", 0.5, now).unwrap().length;
    assert_eq!(seen(&bucket, SECOND), Duration::from_mins(1));
    told(&mut bucket, ends(100, 99, 30 * SECOND), 21 * SECOND);
    assert_eq!(seen(&bucket, 22 * SECOND), 30 * SECOND);
}
