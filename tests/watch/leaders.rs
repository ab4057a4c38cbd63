//! Two processes on one machine: one works, the other waits until it is gone.

use serde_json::{Value, json};

use crate::common::{Daemon, Test};
use crate::shop::settled;

const APPLY: &str = "watch: { interval: 1h, events: 1h, mode: apply }\n";

/// The requests that a process counted itself, reads and writes.
fn requests(daemon: &Daemon) -> u64 {
    let status = daemon.status();
    let counts = status["requests"].as_array().unwrap().iter();
    counts.map(|count| count["count"].as_u64().unwrap()).sum()
}

fn meddle(test: &Test, round: u32) {
    let text = format!("Read whatever, {round}");
    // another scope each time, so that nobody takes it for a fight
    let scope = ["orders.read", "orders.write"][usize::from(round.is_multiple_of(2))];
    test.vendors()
        .edit_scope(scope, &json!({ "description": text }));
}

fn mended(test: &Test) -> bool {
    let text = |scope: &str| test.vendors().scope(scope)["description"].clone();
    text("orders.read") == "Read orders" && text("orders.write") == "Place orders"
}

#[test]
fn one_leads_and_the_other_takes_over_when_it_is_killed() {
    let test = settled(APPLY);
    let first = Daemon::started(&test, &["--state", "state"]);
    let second = Daemon::start(&test, &["--state", "state"]);
    second.until("that it waits", |it| {
        it["health"] == "standby" && it["leads"] == false
    });
    assert_eq!(first.document("shop")["leads"], true);
    let before = requests(&first);
    test.vendors().forget();
    for round in 0..4 {
        meddle(&test, round);
        test.vendors().forget();
        second.signal("HUP");
        first.look();
        let journal = test.vendors().requests();
        let writes = journal.iter().filter(|it| it["method"] == "PUT").count();
        assert_eq!(writes, 1, "{journal:#?}");
        assert!(mended(&test));
    }
    assert!(requests(&first) > before);
    // whoever waits asks the vendors nothing, so there was one writer
    assert_eq!(requests(&second), 0);
    assert_eq!(second.document("shop")["last_run"], Value::Null);
    // killed in the middle of a write: it has begun, and nobody hears how it ended
    meddle(&test, 5);
    let lost = json!([{ "method": "PUT", "effect": "hang_after" }]);
    test.vendors().fault(&lost);
    first.signal("HUP");
    test.vendors().until_struck();
    assert_eq!(requests(&second), 0);
    first.kill();
    second.until("that it leads", |it| {
        it["leads"] == true && it["health"] == "in_sync"
    });
    assert!(mended(&test));
    // and goes on as the first did
    meddle(&test, 6);
    second.look();
    assert!(mended(&test));
    // one that comes back waits in turn
    let third = Daemon::start(&test, &["--state", "state"]);
    third.until("that it waits", |it| it["health"] == "standby");
    let _ = second.stop().code(0);
    third.until("that it leads", |it| {
        it["leads"] == true && it["health"] == "in_sync"
    });
}

#[test]
fn an_apply_by_hand_and_a_run_of_the_daemon_do_not_write_at_once() {
    let test = settled(APPLY);
    let daemon = Daemon::started(&test, &[]);
    meddle(&test, 1);
    let slow = json!([{ "method": "PUT", "effect": { "delay_ms": 4000 } }]);
    test.vendors().fault(&slow);
    let by_hand = test.begin(&["apply", "--auto-approve"]);
    test.vendors().until_struck();
    test.vendors().forget();
    let refused = daemon.look();
    if refused["last_run"]["outcome"] == "refused" {
        let trouble = refused["trouble"].as_str().unwrap();
        assert!(trouble.contains("another run of `shop`"), "{trouble}");
        assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    } else {
        // a machine so slow that the other one was through
        assert_eq!(refused["last_run"]["outcome"], "in_sync", "{refused:#}");
    }
    let _ = by_hand.end().code(0);
    assert_eq!(daemon.look()["health"], "in_sync");
    assert!(mended(&test));
}
