//! What is written, and what is not.

use serde_json::{Value, json};

use crate::common::{Daemon, Test};
use crate::shop::{settled, told};

const APPLY: &str = "watch: { interval: 1h, events: 1h, mode: apply }\n";
const ADDRESS: &str = "okta.scope.default/orders.read";

/// Somebody else changes a scope; the sandbox's journal begins after that.
fn meddle(test: &Test, text: &str) {
    let changes = json!({ "description": text });
    test.vendors().edit_scope("orders.read", &changes);
    test.vendors().forget();
}

fn live(test: &Test) -> Value {
    test.vendors().scope("orders.read")["description"].clone()
}

#[test]
fn detect_never_writes() {
    let test = settled("watch: { interval: 1s, events: 1s }\n");
    let daemon = Daemon::started(&test, &[]);
    meddle(&test, "Read whatever");
    daemon.until("the drift", |it| it["health"] == "drifted");
    daemon.until("a run by the clock", |it| {
        it["last_run"]["trigger"] == "schedule"
    });
    for _ in 0..10 {
        daemon.look();
    }
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    assert!(test.vendors().requests().len() > 10);
    assert_eq!(live(&test), "Read whatever");
    assert_eq!(daemon.document("shop")["applies"], false);
}

#[test]
fn detect_on_the_command_line_is_stronger_than_the_document() {
    let test = settled(APPLY);
    let daemon = Daemon::started(&test, &["--mode", "detect"]);
    meddle(&test, "Read whatever");
    assert_eq!(daemon.look()["health"], "drifted");
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
}

#[test]
fn apply_mends_and_tells_both() {
    let (test, receiver) = told(APPLY);
    let daemon = Daemon::started(&test, &[]);
    meddle(&test, "Read whatever");
    let document = daemon.look();
    assert_eq!(document["last_run"]["outcome"], "applied", "{document:#}");
    assert_eq!(document["last_run"]["written"], 1);
    assert_eq!(document["health"], "in_sync");
    assert_eq!(live(&test), "Read orders");
    let writes = test.vendors().writes();
    assert_eq!(writes.len(), 1, "{writes:?}");
    let [fired, resolved] = &receiver.until(2)[..] else {
        panic!("two messages: {:?}", receiver.titles());
    };
    assert_eq!(fired.title(), format!("fired drift/{ADDRESS}"));
    assert_eq!(resolved.title(), format!("resolved drift/{ADDRESS}"));
    let settled: Vec<&Value> = document["history"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|entry| entry["kind"] == "settled")
        .collect();
    assert_eq!(settled.len(), 1, "{settled:#?}");
    assert_eq!(settled[0]["by_us"], true);
    daemon.look();
    assert_eq!(
        test.vendors().writes().len(),
        1,
        "the next run has nothing to do"
    );
}

#[test]
fn an_edit_of_the_document_is_applied_and_is_no_drift() {
    let (test, receiver) = told(APPLY);
    let daemon = Daemon::started(&test, &[]);
    test.edit("Read orders", "Read all orders");
    let run = daemon.until("the run", |it| it["last_run"]["trigger"] == "file");
    assert_eq!(run["last_run"]["outcome"], "applied", "{run:#}");
    assert_eq!(live(&test), "Read all orders");
    // told is what somebody else did
    test.vendors()
        .edit_scope("orders.write", &json!({ "description": "Place whatever" }));
    daemon.look();
    receiver.until(2);
    let titles = receiver.titles();
    assert!(
        titles.iter().all(|title| title.ends_with("orders.write")),
        "{titles:?}"
    );
}

#[test]
fn another_tool_that_changes_it_back_is_left_after_three_repairs() {
    let (test, receiver) = told(APPLY);
    let daemon = Daemon::started(&test, &[]);
    for round in 1..=3 {
        meddle(&test, "Read whatever");
        daemon.look();
        assert_eq!(live(&test), "Read orders", "round {round}");
        assert_eq!(test.vendors().writes().len(), 1, "round {round}");
    }
    meddle(&test, "Read whatever");
    for _ in 0..3 {
        assert_eq!(daemon.look()["health"], "fighting");
    }
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    assert_eq!(live(&test), "Read whatever");
    // the first time is told; what came back within `repeat` is no news, that it is a fight is
    receiver.until(3);
    let kinds: Vec<String> = receiver
        .heard()
        .iter()
        .map(|it| {
            let event = it.json();
            format!("{} {}", event["data"]["turn"], event["data"]["kind"])
        })
        .collect();
    assert_eq!(
        kinds,
        [
            r#""fired" "drift""#,
            r#""resolved" "drift""#,
            r#""fired" "fight""#
        ]
    );
    // nor does a restart begin it anew
    let _ = daemon.stop().code(0);
    let daemon = Daemon::started(&test, &[]);
    assert_eq!(daemon.look()["health"], "fighting");
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    // an edit of the document there does
    test.edit("Read orders", "Read our orders");
    daemon.until("the repair", |it| it["health"] == "in_sync");
    assert_eq!(live(&test), "Read our orders");
}

#[test]
fn a_kill_switch_holds_every_write() {
    let test = settled("watch: { interval: 1h, events: 1h, mode: apply, kill_switch: stop }\n");
    let daemon = Daemon::started(&test, &[]);
    test.write("stop", "");
    meddle(&test, "Read whatever");
    let held = daemon.look();
    assert_eq!(held["last_run"]["outcome"], "differs", "{held:#}");
    let held = daemon.until("the hold", |it| it["hold"]["why"] == "kill_switch");
    assert!(
        held["hold"]["by"].as_str().unwrap().ends_with("stop"),
        "{held:#}"
    );
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    std::fs::remove_file(test.path("stop")).unwrap();
    daemon.look();
    assert_eq!(live(&test), "Read orders");
    daemon.until("that nothing holds", |it| it["hold"].is_null());
}

#[test]
fn a_signal_turns_the_kill_switch() {
    let test = settled(APPLY);
    let daemon = Daemon::started(&test, &[]);
    daemon.signal("USR1");
    daemon.until("the hold", |it| {
        it["hold"]["by"] == "SIGUSR1" && it["last_run"]["trigger"] == "asked"
    });
    meddle(&test, "Read whatever");
    for _ in 0..3 {
        assert_eq!(daemon.look()["health"], "drifted");
    }
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    daemon.signal("USR1");
    daemon.until("the repair", |it| it["health"] == "in_sync");
    assert_eq!(live(&test), "Read orders");
}

#[test]
fn a_plan_that_deletes_too_much_is_refused_and_told() {
    let guard = "guard: { max_deletes: 0 }\n";
    let (test, receiver) = told(&format!("{guard}{APPLY}"));
    let daemon = Daemon::started(&test, &[]);
    let absent = "orders.write: { state: absent }";
    test.edit("orders.write: { description: Place orders }", absent);
    let refused = daemon.until("the run", |it| it["last_run"]["trigger"] == "file");
    assert_eq!(refused["last_run"]["outcome"], "refused", "{refused:#}");
    assert_eq!(refused["health"], "refused");
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
    receiver.until(1);
    assert_eq!(receiver.titles(), ["fired refused"]);
}

#[test]
fn a_freeze_holds_every_write() {
    // frozen since a minute ago, for an hour
    let since = jiff::Timestamp::now() - jiff::SignedDuration::from_mins(1);
    let cron = since.strftime("%-M %-H %-d %-m *");
    let freeze = format!("freeze: [{{ cron: '{cron}', duration: 1h, reason: inventory }}]");
    let watch = format!("watch: {{ interval: 1h, events: 1h, mode: apply, {freeze} }}\n");
    let test = settled(&watch);
    let daemon = Daemon::started(&test, &[]);
    meddle(&test, "Read whatever");
    let frozen = daemon.look();
    assert_eq!(frozen["health"], "drifted", "{frozen:#}");
    let frozen = daemon.until("the hold", |it| it["hold"]["why"] == "freeze");
    assert_eq!(frozen["hold"]["reason"], "inventory");
    assert_eq!(test.vendors().writes(), <[&str; 0]>::default());
}
