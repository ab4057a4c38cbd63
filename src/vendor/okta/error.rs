use serde_json::Value as Json;

use crate::vendor::{Answer, Reason};

/// Reads Okta's error body: `errorCode`, `errorSummary`, `errorCauses`.
pub(in crate::vendor) fn answer(json: &Json) -> Answer {
    let text = |name: &str| json.get(name).and_then(Json::as_str).map(str::to_owned);
    let causes = json.get("errorCauses").and_then(Json::as_array);
    Answer {
        status: 0,
        code: text("errorCode"),
        message: text("errorSummary").unwrap_or_default(),
        reasons: causes
            .into_iter()
            .flatten()
            .filter_map(|cause| cause.get("errorSummary")?.as_str())
            .map(reason)
            .collect(),
        // The header has the better id; this one is there when a proxy dropped the header.
        request_id: text("errorId"),
    }
}

/// Splits `name: is too long` where the part before the colon looks like a field.
fn reason(text: &str) -> Reason {
    match text.split_once(": ") {
        Some((field, rest)) if !field.is_empty() && !field.contains(' ') => Reason {
            field: Some(field.to_owned()),
            text: rest.to_owned(),
        },
        _ => Reason {
            field: None,
            text: text.to_owned(),
        },
    }
}
