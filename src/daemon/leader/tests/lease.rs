use std::time::Duration;

use axum::http::StatusCode;
use serde_json::json;
use tokio::time::sleep;

use super::super::{LeaderError, Role, Times};
use super::api::FakeApi;
use super::cluster::{Fault, Replica, SECOND, until};

/// A leader `a` and a follower `b`.
async fn pair() -> (FakeApi, Replica, Replica) {
    let api = FakeApi::default();
    let a = Replica::start(&api, "a");
    until("a leads", || a.leads()).await;
    let b = Replica::start(&api, "b");
    until("b follows", || b.follows("a")).await;
    (api, a, b)
}

#[tokio::test(start_paused = true)]
async fn the_first_waits_once_for_a_leader_whose_lease_was_deleted() {
    let api = FakeApi::default();
    let a = Replica::start(&api, "a");
    let took = until("a leads", || a.leads()).await;
    assert!(took >= 15 * SECOND && took < 16 * SECOND, "{took:?}");
    assert!(a.may_write());
    assert_eq!(api.spec("holderIdentity"), "a");
    assert_eq!(api.spec("leaseDurationSeconds"), 15);
    assert_eq!(api.spec("leaseTransitions"), 0);
    let annotations = &api.lease().unwrap()["metadata"]["annotations"];
    assert_eq!(annotations["dcrsync/okta"], "https://acme.okta.com");
}

#[tokio::test(start_paused = true)]
async fn one_leads_and_the_other_knows_who() {
    let (_api, a, b) = pair().await;
    for _ in 0..600 {
        sleep(SECOND).await;
        assert!(a.may_write() && a.leads());
        assert!(!b.may_write() && b.follows("a"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_died_is_followed_when_its_lease_is_over() {
    let (api, a, b) = pair().await;
    drop(a);
    let took = until("b leads", || b.leads()).await;
    // the lease may have been seen to be renewed a retry time later, or renewed a retry time earlier
    assert!(took >= 13 * SECOND && took <= 18 * SECOND, "{took:?}");
    assert_eq!(api.spec("leaseTransitions"), 1);
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_stops_gives_the_lease_back() {
    let (api, a, b) = pair().await;
    let fence = a.fence.clone();
    a.stop().await;
    assert!(!fence());
    assert_eq!(api.spec("holderIdentity"), "");
    assert!(api.spec("renewTime").is_string());
    let took = until("b leads", || b.leads()).await;
    assert!(took <= 3 * SECOND, "{took:?}");
    assert_eq!(api.spec("leaseTransitions"), 1);
}

#[tokio::test(start_paused = true)]
async fn what_is_given_back_is_also_what_was_taken_without_an_answer() {
    let (api, a, b) = pair().await;
    a.line.next([Fault::AnswerLost]);
    sleep(3 * SECOND).await;
    a.stop().await;
    assert_eq!(api.spec("holderIdentity"), "");
    until("b leads", || b.leads()).await;
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_is_cut_off_stops_before_another_leads() {
    let (_api, a, b) = pair().await;
    a.line.cut(true);
    let took = until("a knows", || !a.leads()).await;
    assert!(took <= 10 * SECOND, "{took:?}");
    assert!(!a.may_write() && !b.may_write());
    until("b leads", || b.may_write()).await;
    assert!(!a.may_write());
    a.line.cut(false);
    until("a follows", || a.follows("b")).await;
    assert!(a.trouble.borrow().is_none());
}

#[tokio::test(start_paused = true)]
async fn a_leader_that_was_paused_finds_its_fence_closed() {
    let (_api, a, b) = pair().await;
    a.pause(true);
    until("b leads", || b.may_write()).await;
    // not even asked to run: the fence closes by the clock alone
    assert!(!a.may_write());
    assert!(a.leads(), "nobody told it");
    a.pause(false);
    until("a follows", || a.follows("b")).await;
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_lost_costs_nobody_the_lead() {
    let (api, a, b) = pair().await;
    for fault in [
        Fault::AnswerLost,
        Fault::BrokenAfter,
        Fault::Broken,
        Fault::Swallowed,
        Fault::Status(StatusCode::CONFLICT),
        Fault::Status(StatusCode::TOO_MANY_REQUESTS),
        Fault::Status(StatusCode::INTERNAL_SERVER_ERROR),
        Fault::Slow(4 * SECOND, Duration::ZERO),
    ] {
        a.line.next([fault]);
        for _ in 0..200 {
            sleep(Duration::from_millis(100)).await;
            assert!(a.may_write() && a.leads(), "{fault:?}");
            assert!(!b.may_write(), "{fault:?}");
        }
    }
    assert_eq!(api.spec("leaseTransitions"), 0);
}

#[tokio::test(start_paused = true)]
async fn somebodys_annotation_costs_nobody_the_lead() {
    let (api, a, _b) = pair().await;
    for _ in 0..50 {
        api.touch();
        sleep(Duration::from_millis(700)).await;
        assert!(a.may_write());
    }
}

#[tokio::test(start_paused = true)]
async fn after_a_deleted_lease_nobody_writes_until_the_old_leader_is_out() {
    let (api, a, b) = pair().await;
    a.line.cut(true);
    api.delete();
    let took = until("b leads", || b.may_write()).await;
    assert!(took >= 15 * SECOND, "{took:?}");
    assert!(!a.may_write());
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_was_made_anew_is_not_given_back_before_the_old_leader_is_out() {
    let (api, a, b) = pair().await;
    a.line.cut(true);
    api.delete();
    until("b has it", || api.lease().is_some()).await;
    b.stop().await;
    let c = Replica::start(&api, "c");
    until("a is out", || {
        assert!(!c.may_write());
        !a.may_write()
    })
    .await;
    until("c leads", || c.may_write()).await;
}

#[tokio::test(start_paused = true)]
async fn times_of_day_mean_nothing() {
    for hours in [-100_000, -1, 1, 100_000] {
        let (api, a, b) = pair().await;
        api.skew(hours);
        for _ in 0..60 {
            sleep(SECOND).await;
            assert!(a.may_write() && !b.may_write(), "{hours}");
        }
        drop(a);
        let took = until("b leads", || b.leads()).await;
        assert!(took <= 18 * SECOND, "{hours}: {took:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_longer_lease_of_the_holder_is_kept() {
    let api = FakeApi::default();
    api.plant(
        &json!({ "holderIdentity": "old", "leaseDurationSeconds": 60, "leaseTransitions": 7 }),
    );
    let b = Replica::start(&api, "b");
    let took = until("b leads", || b.leads()).await;
    assert!(took >= 60 * SECOND && took <= 62 * SECOND, "{took:?}");
    assert_eq!(api.spec("leaseTransitions"), 8);
}

#[tokio::test(start_paused = true)]
async fn a_lease_that_lasts_for_ever_is_nobodys_mistake_to_repeat() {
    let api = FakeApi::default();
    api.plant(&json!({
        "holderIdentity": "old", "leaseDurationSeconds": -5, "leaseTransitions": i32::MAX,
    }));
    let b = Replica::start(&api, "b");
    let took = until("b leads", || b.leads()).await;
    assert!(took >= 15 * SECOND && took <= 17 * SECOND, "{took:?}");
}

#[tokio::test(start_paused = true)]
async fn trouble_is_told_and_tried_again() {
    type IsIt = fn(&LeaderError) -> bool;
    let cases: [(StatusCode, IsIt); 4] = [
        (StatusCode::UNAUTHORIZED, |e| {
            matches!(e, LeaderError::Unauthorized { .. })
        }),
        (StatusCode::FORBIDDEN, |e| {
            matches!(e, LeaderError::Forbidden { verb: "get", .. })
        }),
        (StatusCode::BAD_GATEWAY, |e| {
            matches!(e, LeaderError::Refused { status: 502, .. })
        }),
        (StatusCode::TOO_MANY_REQUESTS, |e| {
            matches!(e, LeaderError::Refused { status: 429, .. })
        }),
    ];
    for (status, is_it) in cases {
        let api = FakeApi::default();
        api.refuse(Some(status));
        let a = Replica::start(&api, "a");
        until("it is told", || {
            a.trouble.borrow().as_ref().is_some_and(|e| is_it(e))
        })
        .await;
        assert_eq!(*a.role.borrow(), Role::Follows { holder: None });
        assert!(!a.may_write());
        api.refuse(None);
        until("a leads", || a.leads()).await;
        assert!(a.trouble.borrow().is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn what_may_not_be_made_says_which_part_is_missing() {
    let api = FakeApi::default();
    api.refuse_new(Some(StatusCode::NOT_FOUND));
    let a = Replica::start(&api, "a");
    let is = |fits: fn(&LeaderError) -> bool| a.trouble.borrow().as_ref().is_some_and(|e| fits(e));
    until("no namespace", || {
        is(|e| matches!(e, LeaderError::NoNamespace { .. }))
    })
    .await;
    api.refuse_new(Some(StatusCode::FORBIDDEN));
    until("no right", || {
        is(|e| matches!(e, LeaderError::Forbidden { verb: "create", .. }))
    })
    .await;
    a.line.cut(true);
    until("silence", || is(|e| matches!(e, LeaderError::Silent))).await;
}

#[test]
fn times_that_would_let_two_lead_are_refused() {
    let s = |seconds: u64| seconds * 1000;
    for (lease, renew, retry, fits) in [
        (s(15), s(10), s(2), true),
        (s(10), s(10), s(2), false),
        (s(10), s(15), s(2), false),
        (s(15), s(10), s(6), false),
        (s(15), s(10), 0, false),
        (1500, s(1), 200, false),
    ] {
        let [lease, renew, retry] = [lease, renew, retry].map(Duration::from_millis);
        let times = Times::new(lease, renew, retry);
        assert_eq!(times.is_ok(), fits, "{lease:?} {renew:?} {retry:?}");
    }
    let usual = Times::new(15 * SECOND, 10 * SECOND, 2 * SECOND).unwrap();
    assert_eq!(usual, Times::default());
}
