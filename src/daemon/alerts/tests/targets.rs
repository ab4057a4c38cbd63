use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::fixtures::{Hook, MovedClock, START, at, block_on, deliver_all, desk, drift, slack};
use crate::base::{Secret, Urgency};
use crate::daemon::alerts::{DeskOptions, Receiver, ReceiverError, Target, try_out};

const WHSEC: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

fn receiver(name: &str, target: Target) -> Receiver {
    Receiver {
        name: name.to_owned(),
        severity: Urgency::Info,
        repeat: None,
        target,
    }
}

fn all(hook: &Hook) -> Vec<Receiver> {
    let secret = |path| Secret::new(hook.url(path).as_str());
    vec![
        slack(&hook.url("/slack")),
        receiver(
            "teams #1",
            Target::Teams {
                url: secret("/teams"),
            },
        ),
        receiver(
            "pagerduty #1",
            Target::PagerDuty {
                routing_key: Secret::new("0123456789abcdef0123456789abcdef"),
                url: Some(hook.url("/pagerduty")),
            },
        ),
        receiver(
            "webhook #1",
            Target::Webhook {
                url: hook.url("/hook"),
                secret: Some(Secret::new(WHSEC)),
            },
        ),
    ]
}

/// As a receiver does it that has another library: the key from base64, HMAC by AWS-LC.
#[tokio::test]
async fn a_webhook_is_signed_as_standard_webhooks_says() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::willing().await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", all(&hook)).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    deliver_all(&desk).await;
    let got = hook.got("/hook");
    let got = &got[0];
    let id = got.header("webhook-id");
    let seconds = got.header("webhook-timestamp");
    assert_eq!(seconds, START.to_string());
    assert_eq!(got.json()["id"], id);
    assert!(
        got.header("content-type")
            .starts_with("application/cloudevents+json")
    );
    let key = STANDARD
        .decode(WHSEC.strip_prefix("whsec_").unwrap())
        .unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &key);
    let mut signed = format!("{id}.{seconds}.").into_bytes();
    signed.extend_from_slice(&got.body);
    let (version, signature) = got.header("webhook-signature").split_once(',').unwrap();
    assert_eq!(version, "v1");
    let signature = STANDARD.decode(signature).unwrap();
    aws_lc_rs::hmac::verify(&key, &signed, &signature).unwrap();
    signed.push(b' ');
    aws_lc_rs::hmac::verify(&key, &signed, &signature).unwrap_err();
}

#[tokio::test]
async fn each_target_gets_its_own_body_and_an_incident_is_joined_by_its_key() {
    let folder = tempfile::tempdir().unwrap();
    let hook = Hook::willing().await;
    let desk = desk(folder.path(), &MovedClock::default());
    desk.receivers("shop", all(&hook)).unwrap();
    desk.settle("shop", vec![drift("changed")], at(0)).unwrap();
    desk.settle("shop", Vec::new(), at(60)).unwrap();
    deliver_all(&desk).await;
    assert!(hook.got("/slack")[0].json()["blocks"].is_array());
    assert_eq!(hook.got("/teams")[0].json()["type"], "message");
    let events: Vec<_> = hook
        .got("/pagerduty")
        .iter()
        .map(super::fixtures::Got::json)
        .collect();
    assert_eq!(events[0]["event_action"], "trigger");
    assert_eq!(events[1]["event_action"], "resolve");
    assert_eq!(events[0]["dedup_key"], events[1]["dedup_key"]);
    for got in hook.got("/slack") {
        assert_eq!(got.header("content-type"), "application/json");
        assert!(got.headers.get("webhook-signature").is_none());
    }
}

#[tokio::test]
async fn a_trial_reaches_everybody_and_leaves_no_incident() {
    let hook = Hook::start(|got, _| {
        if got.path == "/teams" {
            super::fixtures::status(403)
        } else {
            super::fixtures::ok()
        }
    })
    .await;
    let clock = Arc::new(MovedClock::default());
    let trials = try_out("shop", &all(&hook), &DeskOptions::default(), clock)
        .await
        .unwrap();
    let verdicts: Vec<_> = trials
        .iter()
        .map(|trial| (trial.receiver.as_str(), trial.failure.as_deref()))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("slack #1", None),
            ("teams #1", Some("answered 403")),
            ("pagerduty #1", None),
            ("webhook #1", None)
        ]
    );
    let events: Vec<_> = hook
        .got("/pagerduty")
        .iter()
        .map(super::fixtures::Got::json)
        .collect();
    assert_eq!(events.len(), 2);
    assert_eq!(events[0]["payload"]["severity"], "info");
    assert_eq!(events[1]["event_action"], "resolve");
    assert_eq!(events[0]["dedup_key"], events[1]["dedup_key"]);
    let event = hook.got("/hook")[0].json();
    assert_eq!(event["data"]["kind"], "test");
}

#[test]
fn a_target_that_cannot_work_is_told_before() {
    let slack = |url: &str| {
        Target::Slack {
            url: Secret::new(url),
        }
        .check()
    };
    assert_eq!(slack("https://hooks.slack.com/services/T/B/x"), Ok(()));
    assert_eq!(slack("https://hooks.slack.com/services/T/B/x\n"), Ok(()));
    assert_eq!(slack("http://127.0.0.1:1/x"), Ok(()));
    assert_eq!(
        slack("http://hooks.slack.com/x"),
        Err(ReceiverError::Insecure)
    );
    assert_eq!(slack("hooks.slack.com/x"), Err(ReceiverError::NoAddress));
    assert_eq!(slack("file:///etc/passwd"), Err(ReceiverError::NoAddress));
    let webhook = |secret: &str| {
        Target::Webhook {
            url: Url::parse("https://ops.example/hook").unwrap(),
            secret: Some(Secret::new(secret)),
        }
        .check()
    };
    assert_eq!(webhook(WHSEC), Ok(()));
    assert_eq!(webhook("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), Ok(()));
    assert_eq!(webhook("whsec_c2hvcnQ="), Err(ReceiverError::NoKey));
    assert_eq!(webhook("whsec_***"), Err(ReceiverError::NoKey));
    assert_eq!(
        Target::Command { run: Vec::new() }.check(),
        Err(ReceiverError::NoProgram)
    );
}

#[test]
fn a_ca_file_that_is_none_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, "no certificate").unwrap();
    let options = DeskOptions {
        ca_files: vec![file],
        ..DeskOptions::default()
    };
    let clock = Arc::new(MovedClock::default());
    let error = block_on(try_out("shop", &[], &options, clock)).unwrap_err();
    assert!(error.to_string().contains("ca.pem"), "{error}");
}
