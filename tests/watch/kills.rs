//! Killed at random moments, with vendors that fail now and then: in the end both sides agree, and whoever
//! is told of drift was told of each, once.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use serde_json::{Value, json};

use crate::common::{Daemon, Receiver, Test, Vendors};
use crate::shop::{KEY, SCOPES, alerts, key};

/// The rounds of a usual test; `DCRSYNC_KILLS` says how many else.
fn rounds() -> u64 {
    let given = std::env::var("DCRSYNC_KILLS").ok();
    given.map_or(12, |given| {
        given.parse().expect("`DCRSYNC_KILLS` is a number")
    })
}

/// What the test's luck begins with; a failure tells it.
fn seed() -> u64 {
    let given = std::env::var("DCRSYNC_SEED").ok();
    given.map_or_else(
        || fastrand::u64(..1_000_000),
        |given| given.parse().unwrap(),
    )
}

fn name(round: u64) -> String {
    format!("round.{round}")
}

/// A scope for each round, as one that is changed too often is left alone.
fn shop(rounds: u64, receiver: &Receiver) -> Test {
    let (head, _) = SCOPES.split_once("        orders.read").unwrap();
    let mut text = head.to_owned();
    for round in 0..rounds {
        writeln!(text, "        {}: {{ description: right }}", name(round)).unwrap();
    }
    text.push_str("watch: { interval: 1h, events: 1h, mode: apply }\n");
    text.push_str(&alerts(receiver));
    let mut test = Test::new().meets(Vendors::start()).config(&text);
    test.secret("hook.key", &key());
    let _ = test.quietly(&["apply", "--auto-approve"]).code(0);
    test
}

/// Troubles that pass when a request is sent again.
fn faults(seed: u64) -> Value {
    let fault = |method: &str, effect: Value, seed: u64| {
        json!({ "vendor": "okta", "method": method,
        "times": 1000, "probability": 0.1, "seed": seed, "effect": effect })
    };
    json!([
        fault("PUT", json!("lost"), seed),
        fault("PUT", json!("reset"), seed + 1),
        fault("GET", json!({ "delay_ms": 200 }), seed + 2),
        fault("GET", json!("truncate"), seed + 3),
        fault("PUT", json!({ "delay_ms": 200 }), seed + 4),
    ])
}

#[test]
fn killed_at_random_moments() {
    let (rounds, seed) = (rounds(), seed());
    eprintln!("DCRSYNC_KILLS={rounds} DCRSYNC_SEED={seed}");
    let mut luck = fastrand::Rng::with_seed(seed);
    let receiver = Receiver::start();
    let test = shop(rounds, &receiver);
    for round in 0..rounds {
        // the console is not what fails
        test.vendors().heal();
        test.vendors()
            .edit_scope(&name(round), &json!({ "description": "wrong" }));
        test.vendors()
            .fault(&faults(seed.wrapping_add(round * 10) % 1_000_000));
        let running = test.begin(&["watch", "--no-page", "-v"]);
        // from before it reads its files to after it told of its run
        std::thread::sleep(Duration::from_millis(luck.u64(0..1500)));
        running.signal("KILL");
        let run = running.end();
        assert_eq!(run.code, None, "it ended by itself: {}", run.stderr);
    }
    test.vendors().heal();
    let daemon = Daemon::started(&test, &[]);
    daemon.until("that all is well", |it| it["health"] == "in_sync");
    for round in 0..rounds {
        let scope = test.vendors().scope(&name(round));
        assert_eq!(scope["description"], "right", "{}", name(round));
    }
    daemon.until("that all is told", |_| {
        daemon.status()["alerting"]["waiting"] == 0
    });
    each_was_told_once(&receiver, rounds);
    let _ = daemon.stop().code(0);
    history_is_whole(&test, rounds);
    // and nothing is left to do
    let plan = test.quietly(&["plan", "--detailed-exitcode"]).code(0);
    assert!(!plan.stdout.contains("okta.scope"), "{}", plan.stdout);
}

/// Of each scope one message that it was changed and one that it is mended; a message may come twice, but
/// then it has the same id.
fn each_was_told_once(receiver: &Receiver, rounds: u64) {
    let mut told: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for heard in receiver.heard() {
        assert!(heard.is_signed_by(KEY), "{heard:?}");
        let ids = told.entry(heard.title()).or_default();
        ids.insert(heard.headers["webhook-id"].clone());
    }
    for round in 0..rounds {
        for turn in ["fired", "resolved"] {
            let title = format!("{turn} drift/okta.scope.default/{}", name(round));
            let ids = told.remove(&title).unwrap_or_default();
            assert_eq!(ids.len(), 1, "`{title}`: {ids:?}");
        }
    }
    // troubles on the way may be told, too, and then also that they are over
    let mut ends: BTreeMap<&str, i64> = BTreeMap::new();
    for (title, ids) in &told {
        let (turn, subject) = title.split_once(' ').unwrap();
        let count = i64::try_from(ids.len()).unwrap();
        *ends.entry(subject).or_default() += match turn {
            "fired" => count,
            "resolved" => -count,
            _ => 0,
        };
    }
    assert!(ends.values().all(|left| *left == 0), "{told:#?}");
}

/// A reader of the file that is not ours finds no damage in it, and each line is one.
fn history_is_whole(test: &Test, rounds: u64) {
    let file = test.path(".dcrsync/history.sqlite");
    let history = rusqlite::Connection::open(file).unwrap();
    let found: String = history
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(found, "ok");
    let mut lines = history.prepare("SELECT body FROM entry").unwrap();
    let lines = lines.query_map([], |row| row.get::<_, String>(0)).unwrap();
    let lines: Vec<Value> = lines
        .map(|line| serde_json::from_str(&line.unwrap()).expect("a line is JSON"))
        .collect();
    let delivered = lines
        .iter()
        .filter(|line| line["kind"] == "alerted" && line["delivered"] == true);
    assert!(delivered.count() as u64 >= rounds, "{lines:#?}");
    let names = std::fs::read_dir(test.path(".dcrsync")).unwrap();
    let names: Vec<String> = names
        .map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned())
        .collect();
    // a file that cannot be used is set aside
    assert!(
        names.iter().all(|name| !name.contains("broken")),
        "{names:?}"
    );
}
