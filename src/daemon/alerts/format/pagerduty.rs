use data_encoding::HEXLOWER;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::clip::clip;
use super::facts::{Facts, headline};
use crate::base::{Secret, Urgency};
use crate::daemon::alerts::message::{Message, Turn};
use crate::status::AlertStatus;

/// `PagerDuty` cuts a longer summary.
const SUMMARY: usize = 1024;
/// `PagerDuty` refuses a longer key.
const KEY: usize = 255;

/// An event of [Events API v2](https://developer.pagerduty.com/docs/events-api-v2-overview).
pub(in crate::daemon::alerts) fn pagerduty(message: &Message, routing_key: &Secret) -> Value {
    let alert = &message.alert;
    let key = dedup_key(alert);
    if message.turn == Turn::Resolved {
        return json!({
            "routing_key": routing_key.expose(),
            "event_action": "resolve",
            "dedup_key": key,
        });
    }
    let facts = Facts::of(message);
    let rows = facts
        .rows
        .into_iter()
        .map(|(name, value)| (name, Value::from(value)));
    let mut details: Map<String, Value> = rows.collect();
    if !facts.detail.is_empty() {
        details.insert("detail".to_owned(), facts.detail.join("\n").into());
    }
    if let Some(advice) = facts.advice {
        details.insert("what to do".to_owned(), advice.into());
    }
    details.insert("message id".to_owned(), message.id.clone().into());
    let component = alert.difference.as_ref().map(|it| it.address.as_str());
    json!({
        "routing_key": routing_key.expose(),
        "event_action": "trigger",
        "dedup_key": key,
        "client": "dcrsync",
        "payload": {
            "summary": clip(&headline(message), SUMMARY),
            "source": format!("dcrsync/{}", alert.document),
            "severity": severity(alert.severity),
            "timestamp": message.at.to_string(),
            "component": component.unwrap_or(&alert.key),
            "group": alert.document,
            "class": alert.kind.as_str(),
            "custom_details": details,
        },
    })
}

/// What joins all events about one alert to one incident.
fn dedup_key(alert: &AlertStatus) -> String {
    let key = format!("dcrsync/{}/{}", alert.document, alert.key);
    if key.chars().count() <= KEY {
        return key;
    }
    let digest = HEXLOWER.encode(&Sha256::digest(&key));
    let kept: String = key.chars().take(KEY - digest.len() - 1).collect();
    format!("{kept}/{digest}")
}

fn severity(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::Info => "info",
        Urgency::Warning => "warning",
        Urgency::Critical => "critical",
    }
}
