use maud::{Markup, html};
use serde_json::Value;

use crate::base::printable;

/// A longer value is cut; the plan has the whole.
const LONGEST: usize = 240;

/// A value of a field, as JSON has it.
pub(super) fn value(value: &Value) -> Markup {
    let text = match value {
        Value::Null => return html! { span .soft { "none" } },
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    };
    if text.is_empty() {
        return html! { span .soft { "empty" } };
    }
    html! { code .value { (cut(&printable(&text), LONGEST)) } }
}

/// The text, or as many letters of it as fit.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let kept: String = text.chars().take(most.saturating_sub(1)).collect();
    format!("{kept}…")
}
