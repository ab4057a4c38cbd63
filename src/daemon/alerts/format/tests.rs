use serde_json::{Value, json};

use super::{cloud_event, headline, pagerduty, sign, slack, teams};
use crate::base::{Secret, Urgency};
use crate::daemon::alerts::message::{Message, Turn};
use crate::daemon::alerts::tests::fixtures::{alert, at, drift};
use crate::status::AlertStatus;

fn message(alert: AlertStatus, turn: Turn) -> Message {
    Message {
        id: "msg_0123456789abcdef0123456789abcdef".to_owned(),
        turn,
        at: at(0),
        number: if turn == Turn::Fired { 1 } else { 2 },
        alert,
    }
}

fn fired(alert: AlertStatus) -> Message {
    message(alert, Turn::Fired)
}

/// All texts in it, joined.
fn texts(value: &Value) -> String {
    match value {
        Value::String(text) => format!("{text}\n"),
        Value::Array(items) => items.iter().map(texts).collect(),
        Value::Object(fields) => fields.values().map(texts).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => String::new(),
    }
}

/// The example that the reference libraries of Standard Webhooks are tested with.
#[test]
fn the_signature_is_that_of_the_reference_libraries() {
    let secret = Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    let key = crate::daemon::alerts::receiver::signing_key(&secret).unwrap();
    let signature = sign(
        &key,
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1_614_265_330,
        br#"{"test": 2432232314}"#,
    );
    assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

/// What a person needs at night is in each form: what, who, when, from where, the line, how grave, what to do.
#[test]
fn everything_that_matters_is_told_to_people() {
    let message = fired(drift("All orders"));
    let bodies = [
        slack(&message),
        teams(&message),
        pagerduty(&message, &Secret::new("key")),
    ];
    for body in bodies {
        let text = texts(&body);
        for wanted in [
            "critical drift in shop",
            "okta.scope.default/orders.read",
            "description",
            "\"All orders\" → \"Read orders\"",
            "Eve Example (eve@acme.example), User",
            "oauth2.scope.updated",
            "203.0.113.7",
            "2025-10-09 08:52:20 UTC",
            "dcrsync.yaml:23:9",
            "3 times",
            "`dcrsync apply` undoes it",
            "differs (a secret, not shown)",
        ] {
            let quoted = wanted.replace('>', "&gt;");
            assert!(
                text.contains(wanted) || text.contains(&quoted),
                "no {wanted}: {text}"
            );
        }
        assert!(!text.contains("hidden-"), "{text}");
        assert!(!text.contains("repeats the difference"), "{text}");
    }
}

#[test]
fn who_is_not_known_is_said() {
    let mut alert = drift("x");
    alert.difference.as_mut().unwrap().actor = None;
    assert!(texts(&slack(&fired(alert))).contains("not known"));
}

#[test]
fn the_end_is_told_as_an_end() {
    let message = message(drift("x"), Turn::Resolved);
    let text = texts(&slack(&message));
    assert!(text.contains("resolved: critical drift in shop"), "{text}");
    assert!(text.contains("*until:* 2025-10-09 08:53:20 UTC"), "{text}");
    assert!(!text.contains("dcrsync apply"), "nothing is to be done");
    assert!(headline(&message).starts_with("resolved: "));
    let card = teams(&message);
    let title = &card["attachments"][0]["content"]["body"][0]["inlines"][0];
    assert_eq!(title["color"], "Good");
}

#[test]
fn detail_of_what_is_no_difference_is_told() {
    let text = texts(&slack(&fired(alert("unreachable", Urgency::Warning))));
    assert!(text.contains("first line\nsecond line"), "{text}");
    let text = texts(&teams(&fired(alert("unreachable", Urgency::Warning))));
    assert!(
        text.contains("first line\n") && text.contains("second line\n"),
        "{text}"
    );
    let mut long = alert("unreachable", Urgency::Warning);
    long.detail = "line\n".repeat(40);
    let text = texts(&slack(&fired(long)));
    assert!(text.contains("… and 30 lines more"), "{text}");
}

/// [Block Kit](https://docs.slack.dev/reference/block-kit/blocks): a header of 150 characters, a section of 3000, 50 blocks.
#[test]
fn slack_gets_blocks_within_its_limits_and_nobody_is_called() {
    let mut alert = drift(&"<!channel> & <@U123> ".repeat(500));
    alert.document = "a".repeat(400);
    alert.summary = "<!here> ".repeat(1000);
    let difference = alert.difference.as_mut().unwrap();
    let field = difference.fields[0].clone();
    for number in 0..60 {
        let mut field = field.clone();
        field.name = format!("<field {number}>");
        difference.fields.push(field);
    }
    let body = slack(&fired(alert));
    let blocks = body["blocks"].as_array().unwrap();
    assert!(blocks.len() <= 50);
    for block in blocks {
        let text = block["text"]["text"].as_str().unwrap();
        let (kind, longest) = match block["type"].as_str().unwrap() {
            "header" => ("plain_text", 150),
            "section" => ("mrkdwn", 3000),
            other => panic!("{other}"),
        };
        assert_eq!(block["text"]["type"], kind);
        assert!((1..=longest).contains(&text.chars().count()));
    }
    let text = texts(&body);
    assert!(!text.contains('<') && !text.contains('>'), "{text}");
    // no escape is cut in two
    for (at, _) in text.match_indices('&') {
        let rest = &text[at..];
        assert!(
            ["&amp;", "&lt;", "&gt;"]
                .iter()
                .any(|escape| rest.starts_with(escape)),
            "{}",
            &rest[..rest.len().min(20)]
        );
    }
    let fallback = body["text"].as_str().unwrap();
    assert!(fallback.contains("critical drift"));
}

/// An [Adaptive Card](https://adaptivecards.io/explorer/) 1.4 in a message; below Teams' 28 KB.
#[test]
fn teams_gets_a_card_without_markdown() {
    let mut alert = drift(&"[click](https://evil.example) ".repeat(500));
    let difference = alert.difference.as_mut().unwrap();
    let field = difference.fields[0].clone();
    difference.fields.extend(std::iter::repeat_n(field, 60));
    let body = teams(&fired(alert));
    assert!(body.to_string().len() < 28 * 1024);
    assert_eq!(body["type"], "message");
    let attachment = &body["attachments"][0];
    assert_eq!(
        attachment["contentType"],
        "application/vnd.microsoft.card.adaptive"
    );
    let card = &attachment["content"];
    assert_eq!(card["type"], "AdaptiveCard");
    assert_eq!(card["version"], "1.4");
    for block in card["body"].as_array().unwrap() {
        // a `TextBlock` would make a link of it
        assert_eq!(block["type"], "RichTextBlock");
        for inline in block["inlines"].as_array().unwrap() {
            assert_eq!(inline["type"], "TextRun");
            assert!(inline["text"].is_string());
        }
    }
}

/// [Events API v2](https://developer.pagerduty.com/docs/send-alert-event): what must be there, and of which values.
#[test]
fn pagerduty_gets_an_event_that_it_takes() {
    let key = Secret::new("0123456789abcdef0123456789abcdef");
    for severity in Urgency::ALL {
        let event = pagerduty(&fired(alert("unreachable", severity)), &key);
        assert_eq!(event["routing_key"], key.expose());
        assert_eq!(event["event_action"], "trigger");
        let payload = &event["payload"];
        for required in ["summary", "source", "severity"] {
            let text = payload[required].as_str().unwrap();
            assert!((1..=1024).contains(&text.chars().count()), "{required}");
        }
        let known = ["critical", "error", "warning", "info"];
        assert!(known.contains(&payload["severity"].as_str().unwrap()));
        let time = payload["timestamp"].as_str().unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok(), "{time}");
        assert!(payload["custom_details"].is_object());
    }
    let end = pagerduty(&message(drift("x"), Turn::Resolved), &key);
    assert_eq!(
        end,
        json!({
            "routing_key": key.expose(),
            "event_action": "resolve",
            "dedup_key": "dcrsync/shop/drift/okta.scope.default/orders.read",
        })
    );
}

#[test]
fn long_keys_stay_apart_and_within_pagerdutys_limit() {
    let key = |end: &str| {
        let long = alert(&format!("{}{end}", "é".repeat(400)), Urgency::Info);
        let event = pagerduty(&fired(long), &Secret::new("key"));
        event["dedup_key"].as_str().unwrap().to_owned()
    };
    assert_eq!(key("a").chars().count(), 255);
    assert_ne!(key("a"), key("b"));
    assert_eq!(key("a"), key("a"));
}

/// [CloudEvents 1.0.2](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md), section "Required Attributes", and the JSON format.
#[test]
fn a_cloud_event_has_all_attributes_that_it_must() {
    for (turn, kind) in [
        (Turn::Fired, "io.dcrsync.alert.firing"),
        (Turn::Changed, "io.dcrsync.alert.firing"),
        (Turn::Repeated, "io.dcrsync.alert.firing"),
        (Turn::Resolved, "io.dcrsync.alert.resolved"),
    ] {
        let event = cloud_event(&message(drift("x"), turn));
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["type"], kind);
        for required in ["id", "source", "subject"] {
            assert!(!event[required].as_str().unwrap().is_empty(), "{required}");
        }
        let time = event["time"].as_str().unwrap();
        assert!(time.parse::<jiff::Timestamp>().is_ok() && time.ends_with('Z'));
        assert_eq!(event["datacontenttype"], "application/json");
        for name in event.as_object().unwrap().keys() {
            // "lower-case letters or digits from the ASCII character set"
            let plain = |one: char| one.is_ascii_lowercase() || one.is_ascii_digit();
            assert!(name.chars().all(plain), "{name}");
        }
        assert_eq!(event["data"]["turn"], turn.as_str());
        assert_eq!(event["data"]["difference"]["times"], 3);
    }
    let mut odd = drift("x");
    odd.document = "a b/ö?#".to_owned();
    let event = cloud_event(&fired(odd));
    // a URI-reference (RFC 3986)
    assert_eq!(event["source"], "/dcrsync/a%20b%2F%C3%B6%3F%23");
}

#[test]
fn control_characters_and_directions_are_spelt_out() {
    let mut alert = drift("\u{202e}evil\u{1b}[31m");
    alert.summary = "line\nbreak\u{200b}".to_owned();
    let message = fired(alert);
    for body in [
        slack(&message),
        teams(&message),
        pagerduty(&message, &Secret::new("key")),
    ] {
        let text = texts(&body);
        for bad in ['\u{202e}', '\u{1b}', '\u{200b}'] {
            assert!(!text.contains(bad), "{bad:?}");
        }
        assert!(text.contains("line\\nbreak"), "{text}");
    }
}
