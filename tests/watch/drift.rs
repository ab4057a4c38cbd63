//! Somebody changes a vendor's side: who is told, of what, how often, at what cost.

use serde_json::json;

use crate::common::{Daemon, Receiver, Test};
use crate::shop::{KEY, WHEN_ASKED, told};

const ADDRESS: &str = "okta.scope.default/orders.read";

#[test]
fn an_edit_in_the_console_is_told_with_who_and_where_and_then_that_it_is_gone() {
    // only the System Log can tell of it: the next full look is in an hour
    let (test, receiver) = told("watch: { interval: 1h, events: 1s }\n");
    let daemon = Daemon::started(&test, &[]);
    let vendors = test.vendors();
    daemon.until("that all is well", |it| it["health"] == "in_sync");
    vendors.forget();
    vendors.edit_scope_from(
        "203.0.113.7",
        "orders.read",
        &json!({ "description": "Read whatever" }),
    );
    let [fired] = &receiver.until(1)[..] else {
        panic!("one message: {:?}", receiver.titles());
    };
    let requests = vendors.requests();
    assert!(fired.is_signed_by(KEY), "{fired:?}");
    assert!(!fired.is_signed_by(b"another key that nobody signed by"));
    let event = fired.json();
    assert_eq!(fired.headers["webhook-id"], event["id"], "{event:#}");
    assert_eq!(
        fired.headers["content-type"].split(';').next(),
        Some("application/cloudevents+json")
    );
    let place = test.place("orders.read: {");
    let line: u64 = place.split(':').nth(1).unwrap().parse().unwrap();
    for (pointer, wanted) in [
        ("/specversion", json!("1.0")),
        ("/type", json!("io.dcrsync.alert.firing")),
        ("/source", json!("/dcrsync/shop")),
        ("/subject", json!(format!("drift/{ADDRESS}"))),
        ("/data/turn", json!("fired")),
        ("/data/kind", json!("drift")),
        ("/data/severity", json!("warning")),
        ("/data/difference/address", json!(ADDRESS)),
        ("/data/difference/moved", json!("live")),
        ("/data/difference/fields/0/name", json!("description")),
        ("/data/difference/fields/0/wanted", json!("Read orders")),
        ("/data/difference/fields/0/live", json!("Read whatever")),
        ("/data/difference/place/line", json!(line)),
        ("/data/difference/actor/ip", json!("203.0.113.7")),
        (
            "/data/difference/actor/event",
            json!("oauth2.scope.updated"),
        ),
    ] {
        assert_eq!(
            event.pointer(pointer),
            Some(&wanted),
            "{pointer}: {event:#}"
        );
    }
    assert!(
        event["data"]
            .get("difference")
            .unwrap()
            .get("fields")
            .unwrap()[1]
            .is_null()
    );
    within_one_poll(&requests);
    corrected(&test, &daemon, &receiver);
    told_once_within_the_hour(&test, &daemon, &receiver);
}

/// The first poll that came after the change found it: nothing else was asked before the look began.
fn within_one_poll(requests: &[serde_json::Value]) {
    let edit = requests
        .iter()
        .position(|it| it["method"] == "PUT")
        .unwrap();
    let after: Vec<&str> = requests[edit + 1..]
        .iter()
        .map(|it| it["path"].as_str().unwrap())
        .collect();
    let polls = after
        .iter()
        .take_while(|path| path.starts_with("/api/v1/logs"))
        .count();
    // one may have been under way already
    assert!((1..=2).contains(&polls), "{after:#?}");
    assert!(after.len() > polls, "no look came of it: {after:#?}");
}

fn corrected(test: &Test, daemon: &Daemon, receiver: &Receiver) {
    let right = json!({ "description": "Read orders" });
    test.vendors().edit_scope("orders.read", &right);
    let resolved = &receiver.until(2)[1];
    assert!(resolved.is_signed_by(KEY));
    let event = resolved.json();
    assert_eq!(event["type"], "io.dcrsync.alert.resolved");
    assert_eq!(event["subject"], format!("drift/{ADDRESS}"));
    daemon.until("that all is well again", |it| it["health"] == "in_sync");
}

/// The same again is no news for as long as `repeat` says.
fn told_once_within_the_hour(test: &Test, daemon: &Daemon, receiver: &Receiver) {
    let wrong = json!({ "description": "Read whatever" });
    test.vendors().edit_scope("orders.read", &wrong);
    daemon.until("the drift", |it| it["health"] == "drifted");
    for _ in 0..3 {
        daemon.look();
    }
    // what comes last in the queue comes after all that was in it before
    let other = json!({ "description": "Write whatever" });
    test.vendors().edit_scope("orders.write", &other);
    receiver.until(3);
    let told = receiver.titles();
    let subject = |scope: &str| format!("drift/okta.scope.default/orders.{scope}");
    assert_eq!(
        told,
        [
            format!("fired {}", subject("read")),
            format!("resolved {}", subject("read")),
            format!("fired {}", subject("write")),
        ]
    );
    let seen = daemon.document("shop")["differences"][0].clone();
    assert_eq!(seen["times"], 2, "{seen:#}");
}

#[test]
fn a_dead_receiver_loses_nothing_and_hears_nothing_twice() {
    let (test, receiver) = told(WHEN_ASKED);
    receiver.answer(503);
    let daemon = Daemon::started(&test, &[]);
    let wrong = json!({ "description": "Read whatever" });
    test.vendors().edit_scope("orders.read", &wrong);
    daemon.look();
    let right = json!({ "description": "Read orders" });
    test.vendors().edit_scope("orders.read", &right);
    daemon.look();
    let waiting = daemon.status()["alerting"]["waiting"].clone();
    assert_eq!(waiting, 2);
    let _ = daemon.stop().code(0);
    receiver.answer(200);
    let daemon = Daemon::started(&test, &[]);
    receiver.until(2);
    daemon.look();
    let subject = format!("drift/{ADDRESS}");
    assert_eq!(
        receiver.titles(),
        [format!("fired {subject}"), format!("resolved {subject}")]
    );
    let ids: Vec<String> = receiver
        .heard()
        .iter()
        .map(|it| it.headers["webhook-id"].clone())
        .collect();
    // each try of a message has the message's id
    let mut distinct = ids.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 2, "{ids:?}");
    assert!(ids.len() > 2, "it was tried while nobody took it: {ids:?}");
}

#[test]
fn a_vendor_that_cannot_be_reached_is_told_and_then_that_it_can() {
    let (test, receiver) = told(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let refused =
        json!([{ "vendor": "okta", "times": 1000, "effect": { "status": { "code": 401 } } }]);
    test.vendors().fault(&refused);
    for _ in 0..3 {
        daemon.look();
    }
    assert_eq!(daemon.document("shop")["health"], "unreachable");
    test.vendors().heal();
    daemon.look();
    assert_eq!(daemon.document("shop")["health"], "in_sync");
    receiver.until(2);
    assert_eq!(
        receiver.titles(),
        ["fired unreachable", "resolved unreachable"]
    );
}
