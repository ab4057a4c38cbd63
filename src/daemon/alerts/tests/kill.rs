//! Killed at random moments while it settles and delivers: each message arrives, in order, under one id.

use std::collections::HashMap;
use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use url::Url;

use super::fixtures::{
    Hook, MovedClock, alert, arrivals, at, deliver_all, desk, ok, told, webhook,
};
use crate::base::Urgency;
use crate::daemon::alerts::{Desk, DeskOptions};
use crate::vendor::Realtime;

const FOLDER: &str = "DCRSYNC_TEST_KILL_FOLDER";
const URL: &str = "DCRSYNC_TEST_KILL_URL";
const ROUNDS: usize = 100;

/// One alert after the other, each resolved when the next comes; the number is remembered in the state.
#[test]
#[ignore = "is run, and killed, by the test below"]
fn child() {
    let (Ok(folder), Ok(url)) = (env::var(FOLDER), env::var(URL)) else {
        return;
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let clock = Arc::new(Realtime::default());
        let desk = Desk::open(Path::new(&folder), &DeskOptions::default(), clock).unwrap();
        let url = Url::parse(&url).unwrap();
        desk.receivers("shop", vec![webhook(1, url)]).unwrap();
        let deliverer = desk.clone();
        tokio::spawn(async move { deliverer.deliver(std::future::pending()).await });
        let memory = desk.memory();
        loop {
            let number = number(&desk);
            let alerts = vec![alert(&number.to_string(), Urgency::Critical)];
            desk.settle("shop", alerts, at(number)).unwrap();
            memory.put("shop", &(number + 1).to_string()).unwrap();
            tokio::time::sleep(Duration::from_millis(fastrand::u64(1..8))).await;
        }
    });
}

fn number(desk: &Desk) -> i64 {
    let kept = desk.memory().get("shop").unwrap();
    kept.map_or(0, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_told_under_two_ids() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::start(|_, _| {
        std::thread::sleep(Duration::from_millis(fastrand::u64(0..4)));
        ok()
    })
    .await;
    let module = module_path!();
    let name = module.split_once("::").unwrap().1.to_owned() + "::child";
    for _ in 0..ROUNDS {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([&name, "--exact", "--ignored"])
            .env(FOLDER, folder.path())
            .env(URL, hook.url("/hook").as_str())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let before = hook.got("/hook").len();
        // at least one message is on its way, then at any moment
        for _ in 0..5000 {
            if hook.got("/hook").len() > before {
                break;
            }
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        tokio::time::sleep(Duration::from_micros(fastrand::u64(0..40_000))).await;
        child.kill().unwrap();
        child.wait().unwrap();
    }
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", vec![hook.receiver(1, "/hook")])
        .unwrap();
    deliver_all(&desk).await;
    let got = hook.got("/hook");
    let last: i64 = desk.alerting().firing[0].key.parse().unwrap();
    assert!(last >= 100, "only {last} alerts in all rounds");
    assert!((last..=last + 1).contains(&number(&desk)));
    let mut expected = vec!["fired 0".to_owned()];
    for number in 1..=last {
        expected.push(format!("fired {number}"));
        expected.push(format!("resolved {}", number - 1));
    }
    assert_eq!(told(&got), expected);
    let mut bodies = HashMap::new();
    let mut repeated = 0;
    for (got, (id, _, _)) in got.iter().zip(arrivals(&got)) {
        if let Some(body) = bodies.insert(id.clone(), got.body.clone()) {
            assert_eq!(body, got.body, "one id, two messages");
            repeated += 1;
        }
        assert_eq!(got.header("webhook-id"), id);
    }
    println!(
        "{ROUNDS} kills, {} messages, {repeated} repeated",
        bodies.len()
    );
}
