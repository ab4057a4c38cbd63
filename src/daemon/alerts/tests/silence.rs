//! Addresses, keys and sensitive values are nowhere: not in logs, errors, the history, bodies, `Debug`.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::response::IntoResponse;

use super::fixtures::{Hook, MovedClock, at, deliver_until, desk_with, drift};
use crate::base::{Scrubber, Secret, Urgency};
use crate::daemon::alerts::{DeskOptions, Receiver, Target};
use crate::daemon::history::{History, Query};

const PATH: &str = "/services/T0CANARY7/B0CANARY8/xCanaryOfSlack9";
const KEY: &str = "c4na7yr0utingk3y0fpagerdutyabcde";
const WHSEC: &str = "whsec_Q2FuYXJ5T2ZXZWJob29rc1NlY3JldDEyMzQ1Njc4OTA=";
const OTHER: &str = "canary-of-another-run-77";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn receiver(name: &str, target: Target) -> Receiver {
    Receiver {
        name: name.to_owned(),
        severity: Urgency::Info,
        repeat: None,
        target,
    }
}

#[tokio::test]
async fn no_secret_is_told_anywhere() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let guard = tracing::subscriber::set_default(subscriber);
    let scrubber = Scrubber::of_a_run();
    scrubber.learn(&Secret::new(OTHER));
    // a receiver that repeats everything it got, as some do
    let hook = Hook::start(|got, number| {
        let echo = format!(
            "bad request to {}: {}",
            got.path,
            String::from_utf8_lossy(&got.body)
        );
        let code = if number % 2 == 0 { 404 } else { 503 };
        (http::StatusCode::from_u16(code).unwrap(), echo).into_response()
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(History::FILE);
    let history = History::open(&path, Duration::from_hours(24)).unwrap();
    let options = DeskOptions {
        history: Some(history.clone()),
        ..DeskOptions::default()
    };
    let desk = desk_with(folder.path(), &MovedClock::default(), &options);
    // nobody listens at port 1
    let dead = format!("http://127.0.0.1:1{PATH}");
    let receivers = vec![
        receiver(
            "slack #1",
            Target::Slack {
                url: Secret::new(hook.url(PATH).as_str()),
            },
        ),
        receiver(
            "slack #2",
            Target::Slack {
                url: Secret::new(dead),
            },
        ),
        receiver(
            "pagerduty #1",
            Target::PagerDuty {
                routing_key: Secret::new(KEY),
                url: Some(hook.url("/pagerduty")),
            },
        ),
        receiver(
            "webhook #1",
            Target::Webhook {
                url: hook.url("/hook?token=canary-in-query"),
                secret: Some(Secret::new(WHSEC)),
            },
        ),
        receiver(
            "teams #1",
            Target::Teams {
                url: Secret::new("ftp://canary-no-address/x"),
            },
        ),
    ];
    let debug = format!("{receivers:?} {desk:?}");
    desk.receivers("shop", receivers).unwrap();
    let mut alert = drift("changed");
    alert.summary = format!("the vendor said {OTHER}");
    alert.detail = format!("and then {OTHER}");
    desk.settle("shop", vec![alert], at(0)).unwrap();
    let trials = format!("{:?}", desk.test("shop").await);
    deliver_until(&desk, || {
        let alerting = desk.alerting();
        alerting.refused >= 3 && alerting.failed > 30
    })
    .await;
    drop(guard);
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("given up") && log.contains("tried again"));
    let history = format!("{:?}", history.entries(&Query::default()).unwrap());
    assert!(history.contains("given up"), "{history}");
    let canaries = [
        "T0CANARY7",
        "xCanaryOfSlack9",
        KEY,
        "Q2FuYXJ5T2ZXZWJob29r",
        "canary-in-query",
        "canary-no-address",
        OTHER,
        "hidden-wanted-value",
        "hidden-live-value",
    ];
    for canary in canaries {
        for (place, text) in [
            ("log", &log),
            ("history", &history),
            ("trials", &trials),
            ("debug", &debug),
        ] {
            assert!(!text.contains(canary), "{canary} in the {place}: {text}");
        }
    }
    // what leaves the machine has the receiver's own key where it must, and nothing else
    for path in [PATH, "/pagerduty", "/hook"] {
        let got = hook.got(path);
        assert!(!got.is_empty(), "{path}");
        for got in got {
            let body = String::from_utf8(got.body).unwrap();
            for canary in [OTHER, "hidden-wanted-value", "hidden-live-value", WHSEC] {
                assert!(!body.contains(canary), "{canary} sent to {path}: {body}");
            }
            assert_eq!(body.contains(KEY), path == "/pagerduty");
        }
    }
    // and what stays on the disk
    for name in ["state.sqlite", "state.sqlite-wal"] {
        let bytes = std::fs::read(folder.path().join(name)).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        for canary in canaries {
            assert!(!text.contains(canary), "{canary} in {name}");
        }
    }
}
