use serde_json::Value as Json;

use crate::vendor::{Answer, Reason};

/// Reads a problem body (RFC 9457, with Konnect's `invalid_parameters`); every field may be missing.
pub(in crate::vendor) fn answer(json: &Json) -> Answer {
    let text = |json: &Json, name: &str| {
        let text = json.get(name).and_then(Json::as_str);
        text.filter(|text| !text.is_empty()).map(str::to_owned)
    };
    // The gateway in front of Konnect says `message`.
    let title = text(json, "title").or_else(|| text(json, "message"));
    let detail = text(json, "detail");
    let parameters = json.get("invalid_parameters").and_then(Json::as_array);
    Answer {
        status: 0,
        code: None,
        message: match (title, detail) {
            (Some(title), Some(detail)) if title != detail => format!("{title}: {detail}"),
            (title, detail) => detail.or(title).unwrap_or_default(),
        },
        reasons: parameters
            .into_iter()
            .flatten()
            .map(|parameter| Reason {
                field: text(parameter, "field"),
                text: reason(parameter, text(parameter, "reason")),
            })
            .collect(),
        request_id: text(json, "instance"),
    }
}

/// The reason, with the choices that the vendor names.
fn reason(parameter: &Json, reason: Option<String>) -> String {
    let rule = parameter.get("rule").and_then(Json::as_str);
    let text = reason
        .or_else(|| rule.map(str::to_owned))
        .unwrap_or_default();
    let choices = parameter.get("choices").and_then(Json::as_array);
    let choices: Vec<&str> = choices
        .into_iter()
        .flatten()
        .filter_map(Json::as_str)
        .collect();
    if choices.is_empty() {
        text
    } else {
        format!("{text} (one of {})", choices.join(", "))
    }
}
