//! How it begins, and how it ends.

use std::net::TcpListener;

use serde_json::json;

use crate::common::{Daemon, Test, Vendors};
use crate::shop::{SCOPES, WHEN_ASKED, settled};

/// Longer than any test lasts.
const FOR_EVER: u64 = 3_600_000;

#[test]
fn it_ends_in_order_although_a_vendor_does_not_answer() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let slow = json!([{ "vendor": "okta", "times": 1000, "effect": { "delay_ms": FOR_EVER } }]);
    test.vendors().fault(&slow);
    daemon.signal("HUP");
    test.vendors().until_struck();
    // the answer would come in an hour, and the test waits for 40 seconds
    let run = daemon.stop().code(0);
    assert!(run.stderr.contains("stopping"), "{}", run.stderr);
}

#[test]
fn it_ends_in_order_when_nothing_is_under_way() {
    let test = settled(WHEN_ASKED);
    let daemon = Daemon::started(&test, &[]);
    let _ = daemon.stop().code(0);
    // its files are whole, and the next one begins with them
    let daemon = Daemon::started(&test, &[]);
    let document = daemon.document("shop");
    let runs = document["history"].as_array().unwrap().iter();
    assert_eq!(runs.filter(|entry| entry["kind"] == "run").count(), 2);
}

#[test]
fn two_documents_in_one_process() {
    let mut test = Test::new().meets(Vendors::start());
    test.write("first.yaml", &format!("{SCOPES}{WHEN_ASKED}"));
    let second = SCOPES
        .replace("name: shop", "name: billing")
        .replace("orders.", "bills.");
    test.write("second.yaml", &format!("{second}{WHEN_ASKED}"));
    for file in ["first.yaml", "second.yaml"] {
        let _ = test
            .quietly(&["apply", "--auto-approve", "-f", file])
            .code(0);
    }
    let daemon = Daemon::started(&test, &["first.yaml", "second.yaml"]);
    daemon.until_of("billing", "its first run", |it| it["health"] == "in_sync");
    daemon.until("its first run", |it| it["health"] == "in_sync");
    let wrong = json!({ "description": "Read whatever" });
    test.vendors().edit_scope("bills.read", &wrong);
    daemon.signal("HUP");
    daemon.until_of("billing", "the drift", |it| it["health"] == "drifted");
    daemon.until("its run", |it| it["last_run"]["trigger"] == "asked");
    assert_eq!(daemon.document("shop")["health"], "in_sync");
    // one that breaks leaves the other alone
    test.write("second.yaml", "version: 1\n");
    daemon.until_of("billing", "that it is broken", |it| {
        it["health"] == "broken"
    });
    assert_eq!(daemon.look()["health"], "in_sync");
    let _ = daemon.stop().code(0);
    // two of one name would own the same objects
    test.write("second.yaml", &format!("{SCOPES}{WHEN_ASKED}"));
    let refused = test.run(&["watch", "first.yaml", "second.yaml"]).code(1);
    assert!(
        refused.stderr.contains("two documents are called `shop`"),
        "{}",
        refused.stderr
    );
}

#[test]
fn without_a_page() {
    let test = settled(WHEN_ASKED);
    let running = test.begin(&["watch", "--no-page", "-v"]);
    let since = std::time::Instant::now();
    while !running.has_said("run ended") {
        assert!(since.elapsed().as_secs() < 60, "{}", running.said());
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    running.signal("TERM");
    let run = running.end().code(0);
    assert!(
        !run.stderr.contains("http://127.0.0.1:8711"),
        "{}",
        run.stderr
    );
}

#[test]
fn the_pages_address_is_taken() {
    let test = settled(WHEN_ASKED);
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = other.local_addr().unwrap().to_string();
    let run = test.quietly(&["watch", "--listen", &address]).code(1);
    assert!(
        run.stderr.contains(&format!("cannot listen on {address}")),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--no-page"), "{}", run.stderr);
    assert_eq!(
        test.vendors().requests(),
        <[serde_json::Value; 0]>::default()
    );
}

#[test]
fn a_page_that_others_can_reach_needs_a_login() {
    let test = settled(WHEN_ASKED);
    let run = test.quietly(&["watch", "--listen", "0.0.0.0:0"]).code(1);
    assert!(run.stderr.contains("watch.access"), "{}", run.stderr);
    assert!(!run.stderr.contains("The page is at"), "{}", run.stderr);
}

#[test]
fn a_document_that_is_broken_at_the_start() {
    let test = settled(WHEN_ASKED);
    test.edit(
        "{ description: Read orders }",
        "{ descriptoin: Read orders }",
    );
    let place = test.place("descriptoin");
    let run = test.quietly(&["watch"]).code(1);
    let place = place.rsplit_once(':').unwrap().0;
    assert!(run.stderr.contains(place), "{}", run.stderr);
    assert!(run.stderr.contains("descriptoin"), "{}", run.stderr);
    assert_eq!(
        test.vendors().requests(),
        <[serde_json::Value; 0]>::default()
    );
}
