use std::time::Duration;

use crate::vendor::budget::{Budget, Rate};
use crate::vendor::lanes::Lanes;

const SECOND: Duration = Duration::from_secs(1);

fn rate(limit: u64, remaining: u64) -> Rate {
    Rate {
        limit,
        remaining,
        ends_in: 10 * SECOND,
    }
}

#[test]
fn a_share_is_left_for_others() {
    let budget = Budget::new(0.5);
    budget.learn("b", rate(100, 52), Duration::ZERO);
    let first = budget.spend("b", Duration::ZERO).unwrap();
    let second = budget.spend("b", SECOND).unwrap();
    // Two are left and two are under way: their answers will tell.
    assert_eq!(budget.spend("b", 2 * SECOND).unwrap_err(), SECOND / 10);
    // Another bucket is another limit.
    assert!(budget.spend("c", 2 * SECOND).is_ok());
    // A request that ended without an answer is not counted any more.
    drop(first);
    assert!(budget.spend("b", 2 * SECOND).is_ok());
    drop(second);
    let allowances = budget.allowances(4 * SECOND);
    assert_eq!(allowances.len(), 1);
    assert_eq!((allowances[0].left, allowances[0].ends_in), (2, 6 * SECOND));
}

#[test]
fn a_new_window_opens_the_bucket() {
    let budget = Budget::new(0.5);
    budget.learn("b", rate(100, 3), Duration::ZERO);
    assert_eq!(budget.spend("b", 9 * SECOND).unwrap_err(), SECOND);
    assert!(budget.spend("b", 10 * SECOND).is_ok());
    assert!(budget.allowances(10 * SECOND).is_empty());
}

#[test]
fn answers_that_overtake_each_other_do_not_raise_what_is_left() {
    let budget = Budget::new(1.0);
    budget.learn("b", rate(100, 5), Duration::ZERO);
    budget.learn("b", rate(100, 9), SECOND / 2);
    assert_eq!(budget.allowances(SECOND)[0].left, 5);
    budget.learn("b", rate(100, 99), 11 * SECOND);
    assert_eq!(budget.allowances(11 * SECOND)[0].left, 99);
}

#[test]
fn a_tiny_share_still_lets_one_through() {
    let budget = Budget::new(0.0);
    budget.learn("b", rate(20, 20), Duration::ZERO);
    let one = budget.spend("b", Duration::ZERO).unwrap();
    assert!(budget.spend("b", Duration::ZERO).is_err());
    drop(one);
}

#[test]
fn a_closed_bucket_makes_everybody_wait() {
    let budget = Budget::new(1.0);
    budget.close("b", 5 * SECOND);
    budget.close("b", 3 * SECOND);
    assert_eq!(budget.spend("b", SECOND).unwrap_err(), 4 * SECOND);
    assert!(budget.spend("b", 5 * SECOND).is_ok());
}

#[tokio::test]
async fn lanes_halve_when_strained_and_come_back_one_by_one() {
    let lanes = Lanes::new(8);
    lanes.learn(false);
    assert_eq!(lanes.open(), 4);
    for _ in 0..4 {
        lanes.learn(true);
    }
    assert_eq!(lanes.open(), 5);
    for _ in 0..10 {
        lanes.learn(false);
    }
    assert_eq!(lanes.open(), 1);
    for _ in 0..1000 {
        lanes.learn(true);
    }
    assert_eq!(lanes.open(), 8);
}

#[tokio::test]
async fn a_full_house_waits_for_a_free_lane() {
    let lanes = Lanes::new(1);
    let first = lanes.take().await;
    let mut second = std::pin::pin!(lanes.take());
    let now =
        std::future::poll_fn(|cx| std::task::Poll::Ready(second.as_mut().poll(cx).is_ready()));
    assert!(!now.await);
    drop(first);
    tokio::time::timeout(SECOND, second).await.unwrap();
}
