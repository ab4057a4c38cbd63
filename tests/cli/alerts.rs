//! `dcrsync alert test` and `dcrsync history`.

use std::time::Duration;

use dcrsync::base::Urgency;
use dcrsync::daemon::history::History;
use dcrsync::plan::Action;
use dcrsync::status::{
    Actor, Difference, FieldDifference, Happening, HistoryEntry, Moved, RunOutcome, RunStatus,
    Trigger,
};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::home::{DOCUMENT, Test};

/// A document whose tokens are there, with these alerts.
fn told(alerts: &str) -> Test {
    Test::with(&format!("{DOCUMENT}alerts:\n{alerts}"))
        .env("OKTA_TOKEN", "00token")
        .env("KONNECT_TOKEN", "kpat_token")
}

#[test]
fn a_test_message_reaches_a_program() {
    let test = told(
        "- command: { run: [/usr/bin/tee, first] }\n- command: { run: [/usr/bin/tee, second] }\n",
    );
    let ran = test.run(&["alert", "test"]).code(0);
    assert_eq!(
        ran.stdout,
        "ok     command #1  arrived\nok     command #2  arrived\n\nArrived: 2 of 2.\n"
    );
    for name in ["first", "second"] {
        let event: serde_json::Value = serde_json::from_str(&test.read(name)).unwrap();
        assert_eq!(event["data"]["kind"], "test");
        assert_eq!(event["data"]["document"], "payments");
    }
    assert!(!test.path(".dcrsync").exists(), "a test leaves nothing");
}

#[test]
fn one_that_does_not_arrive_is_exit_1_and_keeps_no_other_away() {
    let test = told(
        "- command: { run: [/bin/sh, -c, 'echo no pager >&2; exit 3'] }\n- command: { run: [/usr/bin/tee, out] }\n",
    );
    let ran = test.run(&["alert", "test"]).code(1);
    assert_eq!(
        ran.stdout,
        "failed command #1  the program failed (exit status: 3): no pager\nok     command #2  arrived\n\nArrived: 1 of 2.\n"
    );
    let told = test.run(&["alert", "test", "--output", "json"]).code(1);
    let told = told.json();
    assert_eq!(told["passed"], false);
    assert_eq!(told["trials"][0]["arrived"], false);
    assert_eq!(told["trials"][1]["kind"], "command");
}

#[test]
fn a_document_that_tells_nobody_is_an_error_with_a_way_out() {
    let test = told("  []\n");
    let ran = test.run(&["alert", "test"]).code(1);
    assert!(
        ran.stderr.contains("names nobody to be told"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("hint: add `alerts:"), "{}", ran.stderr);
}

#[test]
fn an_address_that_is_none_is_told_without_it() {
    let test = told("- slack: { url: { env: HOOK } }\n").env("HOOK", "http://hooks.example/CANARY");
    let ran = test.run(&["alert", "test"]).code(1);
    assert!(
        ran.stderr
            .contains("the alerts' receiver `slack #1` cannot be used"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("must begin with `https://`"));
    assert!(!ran.stderr.contains("CANARY"));
}

fn entries(now: Timestamp) -> Vec<HistoryEntry> {
    let difference = Difference {
        address: "okta.scope.default/orders.read".parse().unwrap(),
        action: Action::Update,
        fields: vec![FieldDifference {
            name: "description".to_owned(),
            wanted: json!("Read orders"),
            live: json!("All\u{1b}[31m orders"),
            sensitive: false,
            place: None,
        }],
        moved: Moved::Live,
        severity: Urgency::Critical,
        actor: Some(Actor {
            name: "Eve".to_owned(),
            login: "eve@acme.example".to_owned(),
            kind: "User".to_owned(),
            ip: None,
            user_agent: None,
            event: "oauth2.scope.updated".to_owned(),
            at: now,
            request_id: None,
        }),
        since: now,
        times: 1,
        place: None,
    };
    let run = RunStatus {
        id: "run-1".to_owned(),
        trigger: Trigger::Event,
        started: now,
        seconds: 1.25,
        outcome: RunOutcome::Differs,
        message: "1 object differs".to_owned(),
        requests: 1,
        written: 0,
        differing: 1,
        digest: None,
    };
    let happenings = vec![
        Happening::Run { run },
        Happening::Appeared {
            difference: difference.clone(),
        },
        Happening::Alerted {
            key: "drift".to_owned(),
            receiver: "slack #1".to_owned(),
            message: "critical drift".to_owned(),
            delivered: true,
        },
        Happening::Settled {
            difference,
            by_us: false,
        },
    ];
    let entries = happenings.into_iter().zip(0..).map(|(what, hour)| {
        // the first is the oldest
        HistoryEntry {
            at: now - SignedDuration::from_hours(4 - hour),
            document: "payments".to_owned(),
            what,
        }
    });
    entries.collect()
}

#[test]
fn history_is_told_oldest_first_and_by_its_bounds() {
    let test = told("  []\n");
    let ran = test.run(&["history"]).code(0);
    assert_eq!(ran.stdout, "");
    assert!(ran.stderr.contains("no history yet"), "{}", ran.stderr);
    assert!(!test.path(".dcrsync").exists(), "looking makes nothing");

    let now = Timestamp::now();
    let path = test.path(".dcrsync/history.sqlite");
    let history = History::open(&path, Duration::from_hours(24)).unwrap();
    for entry in entries(now) {
        history.record(&entry).unwrap();
    }
    let other = HistoryEntry {
        document: "another".to_owned(),
        ..entries(now).remove(0)
    };
    history.record(&other).unwrap();
    // while the daemon has it open
    let ran = test.run(&["history"]).code(0);
    let told: Vec<&str> = ran
        .stdout
        .lines()
        .map(|line| line.split_once("payments  ").unwrap().1)
        .collect();
    assert_eq!(
        told,
        [
            "run       differs (event, 1 request, 1.2 s): 1 object differs",
            "appeared  critical update okta.scope.default/orders.read: description \"All\\u001b[31m orders\" → \"Read orders\", by Eve (eve@acme.example)",
            "alerted   slack #1: critical drift",
            "settled   okta.scope.default/orders.read: gone by itself",
        ]
    );
    let ran = test.run(&["history", "--since", "150m"]).code(0);
    assert_eq!(ran.stdout.lines().count(), 2);
    let ran = test.run(&["history", "--limit", "1", "--output", "json"]);
    let told = ran.code(0).json();
    assert_eq!(told["format"], 1);
    assert_eq!(told["entries"].as_array().unwrap().len(), 1);
    assert_eq!(told["entries"][0]["kind"], "settled");
    // a document that is broken at present
    let test = test.file("dcrsync.yaml", "version: 1\nname: [broken\n");
    let ran = test.run(&["history"]).code(0);
    assert_eq!(ran.stdout.lines().count(), 5, "{}", ran.stdout);
}
