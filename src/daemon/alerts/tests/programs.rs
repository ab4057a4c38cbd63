use std::fs;
use std::time::Duration;

use super::fixtures::{MovedClock, at, deliver_all, deliver_until, desk, desk_with, drift};
use crate::base::{Scrubber, Secret, Urgency};
use crate::daemon::alerts::{DeskOptions, Receiver, Target};
use crate::daemon::history::{History, Query};

fn program(run: &[&str]) -> Receiver {
    Receiver {
        name: "command #1".to_owned(),
        severity: Urgency::Info,
        repeat: None,
        target: Target::Command {
            run: run.iter().map(|word| (*word).to_owned()).collect(),
        },
    }
}

fn shell(script: &str) -> Receiver {
    program(&["/bin/sh", "-c", script])
}

#[tokio::test]
async fn a_program_gets_the_event_on_its_standard_input_and_no_shell() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("$(touch x) out");
    let desk = desk(folder.path(), &MovedClock::default());
    let tee = program(&["/usr/bin/tee", out.to_str().unwrap()]);
    desk.receivers("shop", vec![tee]).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    let event: serde_json::Value = serde_json::from_slice(&fs::read(out).unwrap()).unwrap();
    assert_eq!(event["type"], "io.dcrsync.alert.firing");
    assert_eq!(event["data"]["difference"]["fields"][0]["live"], "changed");
    assert_eq!(desk.alerting().delivered, 1);
}

#[tokio::test]
async fn a_program_sees_nothing_of_our_environment() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("environment");
    let desk = desk(folder.path(), &MovedClock::default());
    let script = format!("env > {}", out.display());
    desk.receivers("shop", vec![shell(&script)]).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    let text = fs::read_to_string(out).unwrap();
    assert!(text.contains("PATH="), "{text}");
    // cargo sets it for every test
    assert!(std::env::var_os("CARGO_MANIFEST_DIR").is_some());
    assert!(!text.contains("CARGO_MANIFEST_DIR"), "{text}");
}

#[tokio::test]
async fn a_program_that_fails_is_told_without_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let scrubber = Scrubber::of_a_run();
    scrubber.learn(&Secret::new("canary-8f1c-secret"));
    let path = folder.path().join(History::FILE);
    let history = History::open(&path, Duration::from_hours(24)).unwrap();
    let options = DeskOptions {
        history: Some(history.clone()),
        ..DeskOptions::default()
    };
    let desk = desk_with(folder.path(), &MovedClock::default(), &options);
    let script =
        "echo never shown; echo first >&2; echo no way with canary-8f1c-secret >&2; exit 3";
    desk.receivers("shop", vec![shell(script)]).unwrap();
    let trial = desk.test("shop").await;
    let failure = trial[0].failure.clone().unwrap();
    assert_eq!(
        failure,
        "the program failed (exit status: 3): no way with (sensitive)"
    );
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    assert_eq!(desk.alerting().refused, 1);
    let entries = history.entries(&Query::default()).unwrap();
    let text = format!("{entries:?}");
    assert!(text.contains("(sensitive)"), "{text}");
    assert!(!text.contains("canary-8f1c"), "{text}");
    assert!(!text.contains("never shown"), "{text}");
}

#[tokio::test]
async fn a_program_that_asks_for_it_is_run_again_however_often() {
    let folder = tempfile::tempdir().unwrap();
    let count = folder.path().join("count");
    let script = format!(
        "echo x >> {0}; test $(wc -l < {0}) -ge 40 || exit 75",
        count.display()
    );
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![shell(&script)]).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    let alerting = desk.alerting();
    assert_eq!((alerting.delivered, alerting.failed), (1, 39));
}

#[tokio::test]
async fn a_program_that_does_not_end_is_killed_with_its_children() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let options = DeskOptions {
        answer: Duration::from_millis(300),
        ..DeskOptions::default()
    };
    let desk = desk_with(folder.path(), &MovedClock::default(), &options);
    let script = format!(
        "sleep 600 & echo $! >> {0}; echo $$ >> {0}; trap '' TERM; wait; sleep 600",
        pids.display()
    );
    desk.receivers("shop", vec![shell(&script)]).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_until(&desk, || desk.alerting().failed >= 1).await;
    let text = fs::read_to_string(pids).unwrap();
    assert!(text.lines().count() >= 2, "{text}");
    for pid in text.lines() {
        assert!(is_gone(pid), "process {pid} still runs");
    }
}

#[tokio::test]
async fn what_a_program_leaves_behind_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let pids = folder.path().join("pids");
    let desk = desk(folder.path(), &MovedClock::default());
    // the child keeps the error stream open, which must hold nobody up
    let script = format!("sleep 600 & echo $! > {}; exit 0", pids.display());
    desk.receivers("shop", vec![shell(&script)]).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    let text = fs::read_to_string(pids).unwrap();
    assert!(is_gone(text.trim()));
}

#[tokio::test]
async fn a_program_that_is_not_there_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![program(&["/nowhere/page"])])
        .unwrap();
    let trial = desk.test("shop").await;
    assert_eq!(
        trial[0].failure.as_deref(),
        Some("the program is not there")
    );
    assert_eq!(trial[0].kind, "command");
}

/// Tells whether a process is gone, or dead and not yet collected by whoever has it now.
fn is_gone(pid: &str) -> bool {
    // its parent may need a moment to collect it
    for _ in 0..500 {
        let Ok(stat) = fs::read_to_string(format!("/proc/{pid}/stat")) else {
            return true;
        };
        let state = stat.rsplit(')').next().unwrap().trim().chars().next();
        if state == Some('Z') {
            return true;
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    false
}
