use serde_json::{Value, json};

use crate::daemon::alerts::message::{Message, Turn};

/// The media type of one event with its body.
pub(in crate::daemon::alerts) const CONTENT_TYPE: &str =
    "application/cloudevents+json; charset=utf-8";

/// A [CloudEvent](https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md) in structured mode.
///
/// `source` and `id` together name it: a repeated try has the same.
pub(in crate::daemon::alerts) fn cloud_event(message: &Message) -> Value {
    let alert = &message.alert;
    let kind = match message.turn {
        Turn::Fired | Turn::Changed | Turn::Repeated => "io.dcrsync.alert.firing",
        Turn::Resolved => "io.dcrsync.alert.resolved",
    };
    json!({
        "specversion": "1.0",
        "id": message.id,
        "source": format!("/dcrsync/{}", segment(&alert.document)),
        "type": kind,
        "subject": alert.key,
        "time": message.at.to_string(),
        "datacontenttype": "application/json",
        "data": {
            "format": 1,
            "turn": message.turn.as_str(),
            "number": message.number,
            "document": alert.document,
            "key": alert.key,
            "kind": alert.kind.as_str(),
            "severity": alert.severity.as_str(),
            "summary": alert.summary,
            "detail": alert.detail,
            "since": alert.since.to_string(),
            "difference": alert.difference,
        },
    })
}

/// A document's name as a segment of a path (RFC 3986); the schema allows nothing else, older files may.
fn segment(name: &str) -> String {
    let mut address = url::Url::parse("dcrsync://host/").expect("it is one");
    if let Ok(mut segments) = address.path_segments_mut() {
        segments.pop().push(name);
    }
    address.path().trim_start_matches('/').to_owned()
}
