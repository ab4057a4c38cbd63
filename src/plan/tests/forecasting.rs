//! How long applying takes, counted by hand.

use std::time::Duration;

use crate::plan::forecast::{Conditions, Forecast, Job, Limit, Reads, Speed};

const SECOND: Duration = Duration::from_secs(1);

fn job() -> Job {
    Job {
        vendor: "shop",
        bucket: "all",
        requests: 1,
        requires: Vec::new(),
        lock: None,
    }
}

fn conditions(limits: Vec<Limit>) -> Conditions {
    Conditions {
        limits,
        speeds: vec![(
            "shop",
            Speed {
                lanes: 10,
                latency: SECOND / 10,
            },
        )],
        at_once: 16,
        reads: Vec::new(),
    }
}

fn limit(left: u64, ends_in: Duration) -> Limit {
    Limit {
        vendor: "shop",
        bucket: "all",
        usable: 50,
        left,
        ends_in,
        length: 60 * SECOND,
    }
}

fn seconds(jobs: &[Job], conditions: &Conditions) -> f64 {
    Forecast::make(jobs, conditions).total().as_secs_f64()
}

#[test]
fn ten_lanes_do_a_hundred_in_ten_rounds() {
    assert!((seconds(&vec![job(); 100], &conditions(Vec::new())) - 1.0).abs() < 0.01);
}

#[test]
fn one_writer_per_lock() {
    let locked = Job {
        lock: Some(1),
        ..job()
    };
    let mut jobs = vec![locked; 30];
    // others do not wait
    jobs.extend(vec![job(); 9]);
    assert!((seconds(&jobs, &conditions(Vec::new())) - 3.0).abs() < 0.01);
}

#[test]
fn a_chain_takes_all_its_links() {
    let mut jobs = vec![job(); 5];
    for (at, job) in jobs.iter_mut().enumerate().skip(1) {
        job.requires = vec![at - 1];
    }
    jobs[4].requests = 3;
    assert!((seconds(&jobs, &conditions(Vec::new())) - 0.7).abs() < 0.01);
}

#[test]
fn windows_are_waited_for() {
    // 20 now, then 50 a minute: 20 s and two whole windows until the last 30
    let limits = conditions(vec![limit(20, 20 * SECOND)]);
    let took = seconds(&vec![job(); 150], &limits);
    assert!((140.0..144.0).contains(&took), "{took}");
    // a window that is over begins anew with the first request
    let limits = conditions(vec![limit(50, Duration::ZERO)]);
    let took = seconds(&vec![job(); 100], &limits);
    assert!((60.0..63.0).contains(&took), "{took}");
}

#[test]
fn what_is_read_in_the_end_counts_too() {
    let mut limits = conditions(vec![limit(50, Duration::ZERO)]);
    limits.reads = vec![Reads {
        requests: vec![("shop", "all", 5)],
        time: SECOND,
    }];
    let took = seconds(&vec![job(); 48], &limits);
    assert!((61.0..63.0).contains(&took), "{took}");
}

#[test]
fn what_is_left_follows_how_fast_it_really_goes() {
    let forecast = Forecast::make(&vec![job(); 150], &conditions(vec![limit(50, 60 * SECOND)]));
    let total = forecast.total();
    assert_eq!(forecast.left(0, Duration::ZERO), total);
    // waiting for the second window: time passes although nothing ends
    let left = forecast.left(50, 30 * SECOND);
    assert!(left + 29 * SECOND < total && left + 31 * SECOND > total);
    assert_eq!(forecast.left(150, total), Duration::ZERO);

    let locked = Job {
        lock: Some(1),
        ..job()
    };
    let forecast = Forecast::make(&vec![locked; 100], &conditions(Vec::new()));
    assert_eq!(forecast.total(), 10 * SECOND);
    assert_eq!(forecast.left(50, 5 * SECOND), 5 * SECOND);
    // half of it took twice as long as foretold, and so will the other half
    let left = forecast.left(50, 10 * SECOND);
    assert!(left > 9 * SECOND && left <= 10 * SECOND, "{left:?}");
}

#[test]
fn nothing_to_do_takes_no_time() {
    assert_eq!(
        Forecast::make(&[], &conditions(Vec::new())).total(),
        Duration::ZERO
    );
}
