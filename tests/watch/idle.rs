//! Nothing happens, for long.

use std::fmt::Write as _;

use crate::common::{Daemon, Test};
use crate::shop::{SCOPES, settled};

/// The looks of a usual test; `DCRSYNC_IDLE_RUNS=1000` has it run long.
fn looks() -> usize {
    let given = std::env::var("DCRSYNC_IDLE_RUNS").ok();
    given.map_or(60, |given| {
        given.parse().expect("`DCRSYNC_IDLE_RUNS` is a number")
    })
}

/// The memory that a process holds, in KiB, and of it what is not mapped from files, as the program is.
fn resident(id: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let kib = |name: &str| -> u64 {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        let number = line.unwrap().trim().split(' ').next().unwrap();
        number.parse().unwrap()
    };
    (kib("VmRSS:"), kib("RssAnon:"))
}

/// A thousand scopes that Okta has and the document declares.
fn a_thousand() -> Test {
    let scopes: Vec<serde_json::Value> = (0..1000)
        .map(|n| serde_json::json!({ "name": format!("many.{n}"), "description": format!("scope {n}") }))
        .collect();
    let seed = serde_json::json!({ "servers": [{ "name": "many", "scopes": scopes }] });
    let mut lines = String::new();
    for n in 0..1000 {
        writeln!(lines, "        many.{n}: {{ description: scope {n} }}").unwrap();
    }
    let (head, _) = SCOPES.split_once("        orders.read").unwrap();
    let head = head.replace("    default:\n", "    many:\n");
    let watch = "watch: { interval: 1h, events: 1h }\n";
    Test::with_seed(&seed).config(&format!("{head}{lines}{watch}"))
}

#[test]
#[cfg(target_os = "linux")]
fn a_thousand_objects_and_many_runs_do_not_grow_it() {
    let test = a_thousand();
    let mut daemon = Daemon::started(&test, &[]);
    let id = daemon.running().id();
    let document = daemon.document("shop");
    let objects = document["objects"].as_array().unwrap();
    assert!(objects.len() >= 1000, "{}", objects.len());
    let looks = looks();
    for _ in 0..looks / 10 + 5 {
        daemon.look();
    }
    let (_, early) = resident(id);
    for _ in 0..looks {
        daemon.look();
    }
    let (all, late) = resident(id);
    eprintln!("{all} KiB resident, {late} of them its own, and {early} before {looks} more runs");
    assert!(late <= early + early / 10, "{early} KiB became {late} KiB");
    // a program without optimisation is larger than all that it holds
    let most = if cfg!(debug_assertions) { 100 } else { 40 };
    assert!(all < most * 1024, "{all} KiB");
}

#[test]
fn an_idle_daemon_asks_once_in_an_interval_of_the_log() {
    let test = settled("watch: { interval: 1h, events: 1s }\n");
    let daemon = Daemon::started(&test, &[]);
    test.vendors().forget();
    let since = std::time::Instant::now();
    let polls = loop {
        let requests = test.vendors().requests();
        let ended: Vec<_> = requests
            .into_iter()
            .filter(|it| !it["status"].is_null())
            .collect();
        if ended.len() >= 5 {
            break ended;
        }
        assert!(
            since.elapsed().as_secs() < 60,
            "{ended:#?}\n{}",
            daemon.said()
        );
        std::thread::sleep(std::time::Duration::from_millis(50));
    };
    let mut last = None;
    for poll in &polls {
        assert_eq!(poll["method"], "GET");
        assert!(
            poll["path"].as_str().unwrap().starts_with("/api/v1/logs"),
            "{poll}"
        );
        let at: jiff::Timestamp = poll["time"].as_str().unwrap().parse().unwrap();
        if let Some(last) = last.replace(at) {
            // a slow machine makes it longer, nothing makes it shorter
            let pause = at.duration_since(last).as_millis();
            assert!(pause >= 900, "{pause} ms: {polls:#?}");
        }
    }
}
