use std::task::Poll;
use std::time::Duration;

use crate::vendor::traffic::Lanes;

const QUICK: Duration = Duration::from_millis(20);

async fn round(lanes: &Lanes, requests: usize) {
    for _ in 0..requests {
        lanes.take().await.answered("b", false, QUICK);
    }
}

#[tokio::test]
async fn lanes_halve_when_strained_and_come_back_one_by_one() {
    let lanes = Lanes::new(8);
    lanes.take().await.strained();
    assert_eq!(lanes.open(), 4);
    round(&lanes, 4).await;
    assert_eq!(lanes.open(), 5);
    for _ in 0..10 {
        lanes.take().await.strained();
    }
    assert_eq!(lanes.open(), 1);
    round(&lanes, 1000).await;
    assert_eq!(lanes.open(), 8);
}

#[tokio::test]
async fn requests_that_fail_together_halve_once() {
    let lanes = Lanes::new(8);
    let mut together = Vec::new();
    for _ in 0..8 {
        together.push(lanes.take().await);
    }
    for lane in &together {
        lane.strained();
    }
    assert_eq!(lanes.open(), 4);
    together.clear();
    lanes.take().await.strained();
    assert_eq!(lanes.open(), 2);
}

#[tokio::test]
async fn answers_that_take_far_longer_than_usual_halve() {
    let lanes = Lanes::new(8);
    round(&lanes, 30).await;
    assert_eq!(lanes.open(), 8);
    for _ in 0..3 {
        let lane = lanes.take().await;
        lane.answered("b", false, Duration::from_millis(900));
    }
    assert!(lanes.open() <= 4, "{} are open", lanes.open());
    // Another sort of request is slow by nature.
    let lanes = Lanes::new(8);
    round(&lanes, 30).await;
    for _ in 0..30 {
        let lane = lanes.take().await;
        lane.answered("b", true, Duration::from_millis(900));
    }
    assert_eq!(lanes.open(), 8);
}

#[tokio::test]
async fn a_full_house_waits_for_a_free_lane() {
    let lanes = Lanes::new(1);
    let first = lanes.take().await;
    let mut second = std::pin::pin!(lanes.take());
    let now = std::future::poll_fn(|cx| Poll::Ready(second.as_mut().poll(cx).is_ready()));
    assert!(!now.await);
    drop(first);
    tokio::time::timeout(Duration::from_secs(5), second)
        .await
        .unwrap();
}
