//! One value on one line, as the document would write it.

use crate::base::{Value, printable};

/// Shows a value; a text stands bare where that cannot be misread.
pub(super) fn value(value: &Value) -> String {
    match value {
        Value::Null => "(none)".to_owned(),
        Value::Bool(switch) => switch.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Text(text) => scalar(text),
        Value::List(items) => list(items.iter()),
        Value::Set(items) => list(items.iter()),
        Value::Map(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(name, entry)| format!("{}: {}", scalar(name), self::value(entry)))
                .collect();
            format!("{{{}}}", entries.join(", "))
        }
        // the kind of what a field points at is known from the field
        Value::Ref(address) => scalar(address.key()),
        Value::Id(_, id) => scalar(id),
        Value::Of(..) => "(known after apply)".to_owned(),
        Value::Secret(_) | Value::Fingerprint(_) => "(sensitive)".to_owned(),
    }
}

fn list<'a>(items: impl Iterator<Item = &'a Value>) -> String {
    let items: Vec<String> = items.map(value).collect();
    format!("[{}]", items.join(", "))
}

/// Quotes a text unless it is one plain word.
pub(super) fn scalar(text: &str) -> String {
    let plain = text
        .chars()
        .all(|c| c.is_alphanumeric() || "._-/:@+%*".contains(c))
        && text
            .chars()
            .next()
            .is_some_and(|first| first.is_alphanumeric() || first == '/')
        && text.parse::<f64>().is_err()
        && !matches!(text, "true" | "false" | "null");
    if plain {
        text.to_owned()
    } else {
        let quoted = text.replace('\\', "\\\\").replace('"', "\\\"");
        format!("\"{}\"", printable(&quoted))
    }
}
