use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::time::Duration;

use axum::response::IntoResponse;

use super::fixtures::{
    Hook, MovedClock, START, alert, arrivals, at, deliver_all, deliver_until, desk, desk_with, ok,
    status, told,
};
use crate::base::Urgency;
use crate::daemon::alerts::DeskOptions;
use crate::daemon::history::{History, Query};
use crate::status::Happening;
use crate::vendor::Clock;

const KEYS: [&str; 4] = ["a", "b", "c", "d"];

fn alerts() -> Vec<crate::status::AlertStatus> {
    KEYS.iter()
        .map(|key| alert(key, Urgency::Critical))
        .collect()
}

#[tokio::test]
async fn messages_arrive_in_order_and_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::willing().await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    desk.settle("shop", alerts(), at(0)).unwrap();
    desk.settle("shop", Vec::new(), at(1)).unwrap();
    deliver_all(&desk).await;
    assert_eq!(
        told(&hook.got("/hook")),
        [
            "fired a",
            "fired b",
            "fired c",
            "fired d",
            "resolved a",
            "resolved b",
            "resolved c",
            "resolved d"
        ]
    );
    let alerting = desk.alerting();
    assert_eq!(
        (alerting.delivered, alerting.failed, alerting.refused),
        (8, 0, 0)
    );
}

#[tokio::test]
async fn a_receiver_that_was_down_for_an_hour_gets_everything_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let clock = MovedClock::default();
    let now = clock.clone();
    let first = Arc::new(AtomicI64::new(i64::MAX));
    let seen = Arc::clone(&first);
    let hook = Hook::start(move |_, _| {
        if now.unix() < START + 3600 {
            return status(503);
        }
        seen.fetch_min(now.unix(), Ordering::SeqCst);
        ok()
    })
    .await;
    let desk = desk(folder.path(), &clock);
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    desk.settle("shop", alerts(), at(0)).unwrap();
    deliver_all(&desk).await;
    let got = hook.got("/hook");
    assert_eq!(told(&got), ["fired a", "fired b", "fired c", "fired d"]);
    let arrivals = arrivals(&got);
    let tries = arrivals.len() - 3;
    // 9 waits of up to 256 s together, then one each 150 to 300 s
    assert!((18..=33).contains(&tries), "{tries} tries in an hour");
    let ids: HashSet<_> = arrivals[..tries].iter().map(|(id, _, _)| id).collect();
    assert_eq!(ids.len(), 1, "each try has the same id");
    let late = first.load(Ordering::SeqCst) - (START + 3600);
    assert!((0..=300).contains(&late), "{late} s after it was back");
    assert_eq!(desk.alerting().failed, tries as u64 - 1);
}

#[tokio::test]
async fn a_receiver_that_refuses_holds_nobody_up_and_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let clock = MovedClock::default();
    let hook = Hook::start(|got, _| match got.path.as_str() {
        "/bad" => (http::StatusCode::GONE, "channel_is_archived").into_response(),
        "/down" => status(500),
        _ => ok(),
    })
    .await;
    let history = History::open(
        &folder.path().join(History::FILE),
        Duration::from_hours(240),
    )
    .unwrap();
    let options = DeskOptions {
        history: Some(history.clone()),
        ..DeskOptions::default()
    };
    let desk = desk_with(folder.path(), &clock, &options);
    desk.receivers(
        "shop",
        vec![
            hook.receiver(1, "/bad"),
            hook.receiver(2, "/down"),
            hook.receiver(3, "/good"),
        ],
    )
    .unwrap();
    desk.settle("shop", alerts(), at(0)).unwrap();
    deliver_until(&desk, || {
        let alerting = desk.alerting();
        alerting.refused == 4 && alerting.delivered == 4
    })
    .await;
    assert_eq!(
        told(&hook.got("/good")),
        ["fired a", "fired b", "fired c", "fired d"]
    );
    let bad = hook.got("/bad");
    assert_eq!(bad.len(), 20, "five tries of each");
    assert_eq!(told(&bad), ["fired a", "fired b", "fired c", "fired d"]);
    assert_eq!(
        told(&hook.got("/down")),
        ["fired a"],
        "what is down is asked for the first only"
    );
    assert_eq!(desk.alerting().waiting, 4);
    let entries = history.entries(&Query::default()).unwrap();
    let outcome = |wanted: &str| {
        let outcomes = entries.iter().filter_map(|entry| match &entry.what {
            Happening::Alerted {
                receiver,
                delivered,
                message,
                ..
            } if receiver == wanted => Some((*delivered, message.clone())),
            Happening::Run { .. }
            | Happening::Appeared { .. }
            | Happening::Settled { .. }
            | Happening::Alerted { .. } => None,
        });
        outcomes.collect::<Vec<_>>()
    };
    assert_eq!(outcome("webhook #3").len(), 4);
    assert!(outcome("webhook #3").iter().all(|(arrived, _)| *arrived));
    let given_up = outcome("webhook #1");
    assert_eq!(given_up.len(), 4);
    for (arrived, message) in given_up {
        assert!(!arrived);
        assert!(
            message.ends_with("(given up: answered 410 channel_is_archived)"),
            "{message}"
        );
    }
    assert_eq!(outcome("webhook #2"), []);
}

#[tokio::test]
async fn passing_trouble_never_gives_up() {
    for code in [408, 425, 429, 500, 502, 503] {
        let folder = tempfile::tempdir().unwrap();
        let hook = Hook::start(move |_, number| if number < 12 { status(code) } else { ok() });
        let hook = hook.await;
        let desk = desk(folder.path(), &MovedClock::default());
        desk.receivers("shop", vec![hook.receiver(1, "/hook")])
            .unwrap();
        desk.settle("shop", vec![alert("a", Urgency::Info)], at(0))
            .unwrap();
        deliver_all(&desk).await;
        let alerting = desk.alerting();
        assert_eq!(
            (alerting.delivered, alerting.failed, alerting.refused),
            (1, 11, 0),
            "{code}"
        );
    }
}

#[tokio::test]
async fn retry_after_is_obeyed() {
    let folder = tempfile::tempdir().unwrap();
    let clock = MovedClock::default();
    let now = clock.clone();
    let hook = Hook::start(move |_, number| {
        if number == 1 {
            (
                http::StatusCode::TOO_MANY_REQUESTS,
                [("retry-after", "1800")],
            )
                .into_response()
        } else if now.unix() < START + 1800 {
            status(400)
        } else {
            ok()
        }
    })
    .await;
    let desk = desk(folder.path(), &clock);
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    desk.settle("shop", vec![alert("a", Urgency::Info)], at(0))
        .unwrap();
    deliver_all(&desk).await;
    assert_eq!(hook.got("/hook").len(), 2, "not once in between");
    assert_eq!(desk.alerting().delivered, 1);
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let folder = tempfile::tempdir().unwrap();
    let other = Hook::willing().await;
    let there = other.url("/elsewhere").to_string();
    let hook = Hook::start(move |_, _| {
        (
            http::StatusCode::TEMPORARY_REDIRECT,
            [("location", there.clone())],
        )
            .into_response()
    })
    .await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    desk.settle("shop", vec![alert("a", Urgency::Info)], at(0))
        .unwrap();
    deliver_all(&desk).await;
    assert_eq!(desk.alerting().refused, 1);
    assert!(other.got("/elsewhere").is_empty());
}

#[tokio::test]
async fn what_nobody_answered_is_sent_again_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let clock = MovedClock::default();
    let up = Arc::new(AtomicBool::new(false));
    let answers = Arc::clone(&up);
    let hook = Hook::start(move |_, _| {
        if answers.load(Ordering::SeqCst) {
            ok()
        } else {
            status(503)
        }
    })
    .await;
    let first = desk(folder.path(), &clock);
    let receivers = || vec![hook.receiver(1, "/hook")];
    first.receivers("shop", receivers()).unwrap();
    first.settle("shop", alerts(), at(0)).unwrap();
    deliver_until(&first, || hook.got("/hook").len() == 3).await;
    drop(first);
    up.store(true, Ordering::SeqCst);
    let second = desk(folder.path(), &clock);
    // before its document is known nothing is sent, and nothing is lost
    deliver_until(&second, || true).await;
    second.receivers("shop", receivers()).unwrap();
    deliver_all(&second).await;
    let got = hook.got("/hook");
    assert_eq!(told(&got), ["fired a", "fired b", "fired c", "fired d"]);
    assert_eq!(
        arrivals(&got)[0].0,
        arrivals(&got)[3].0,
        "the id outlives the process"
    );
    deliver_until(&second, || true).await;
    assert_eq!(hook.got("/hook").len(), got.len(), "and none is sent twice");
}

#[tokio::test]
async fn a_clock_that_was_set_back_holds_nothing_for_long() {
    let folder = tempfile::tempdir().unwrap();
    let clock = MovedClock::default();
    clock.on(Duration::from_hours(24 * 365));
    let hook = Hook::start(|_, number| if number == 1 { status(500) } else { ok() }).await;
    let late = desk(folder.path(), &clock);
    late.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    late.settle("shop", vec![alert("a", Urgency::Info)], at(0))
        .unwrap();
    deliver_until(&late, || late.alerting().failed == 1).await;
    drop(late);
    let clock = MovedClock::default();
    let early = desk(folder.path(), &clock);
    early
        .receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    deliver_all(&early).await;
    assert!(clock.now() <= Duration::from_hours(2), "{:?}", clock.now());
}

#[tokio::test]
async fn new_messages_wake_whoever_delivers() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::willing().await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    let settler = desk.clone();
    let changes = desk.changes();
    tokio::spawn(async move {
        tokio::time::sleep(Duration::from_millis(30)).await;
        let alerts = vec![alert("a", Urgency::Info)];
        settler.settle("shop", alerts, at(0)).unwrap();
    });
    deliver_until(&desk, || desk.alerting().delivered == 1).await;
    assert!(changes.has_changed().unwrap());
    assert_eq!(told(&hook.got("/hook")), ["fired a"]);
}
