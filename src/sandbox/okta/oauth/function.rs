use serde_json::{Value, json};

use super::expression::Broken;

/// A number; whole ones are shown without a point.
pub(super) fn number(value: f64) -> Value {
    #[allow(clippy::cast_possible_truncation)] // bounded by the comparison
    if value.fract() == 0.0 && value.abs() < 9.0e15 {
        (value as i64).into()
    } else {
        json!(value)
    }
}

/// What an expression takes for yes or no.
pub(super) fn truth(value: &Value) -> Result<bool, Broken> {
    value.as_bool().ok_or(Broken)
}

/// A value as part of a text.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

/// A comparison; only numbers have an order.
pub(super) fn compare(sign: &str, left: &Value, right: &Value) -> Result<Value, Broken> {
    let numbers = left.as_f64().zip(right.as_f64());
    let holds = match (sign, numbers) {
        ("==", _) => left == right,
        ("!=", _) => left != right,
        ("<=", Some((left, right))) => left <= right,
        (">=", Some((left, right))) => left >= right,
        ("<", Some((left, right))) => left < right,
        (">", Some((left, right))) => left > right,
        _ => return Err(Broken),
    };
    Ok(holds.into())
}

fn text(value: &Value) -> Result<&str, Broken> {
    value.as_str().ok_or(Broken)
}

/// The functions; see "Okta Expression Language" in Okta's documentation.
pub(super) fn call(path: &[&str], arguments: &[Value]) -> Result<Value, Broken> {
    let value = match (path, arguments) {
        (["String", "toUpperCase"], [of]) => text(of)?.to_uppercase().into(),
        (["String", "toLowerCase"], [of]) => text(of)?.to_lowercase().into(),
        (["String", "len"], [of]) => text(of)?.chars().count().into(),
        (["String", "removeSpaces"], [of]) => text(of)?.replace(' ', "").into(),
        (["String", "append"], [of, end]) => format!("{}{}", text(of)?, text(end)?).into(),
        (["String", "replace"], [of, old, new]) => text(of)?.replace(text(old)?, text(new)?).into(),
        (["String", "replaceFirst"], [of, old, new]) => {
            text(of)?.replacen(text(old)?, text(new)?, 1).into()
        }
        (["String", "stringContains"], [of, part]) => text(of)?.contains(text(part)?).into(),
        (["String", "startsWith"], [of, part]) => text(of)?.starts_with(text(part)?).into(),
        (["String", "substringBefore"], [of, mark]) => {
            let of = text(of)?;
            of.split_once(text(mark)?)
                .map_or(of, |(before, _)| before)
                .into()
        }
        (["String", "substringAfter"], [of, mark]) => {
            let of = text(of)?;
            of.split_once(text(mark)?)
                .map_or("", |(_, after)| after)
                .into()
        }
        (["Arrays", "contains"], [of, item]) => of.as_array().ok_or(Broken)?.contains(item).into(),
        (["Arrays", "size"], [of]) => of.as_array().ok_or(Broken)?.len().into(),
        (["Arrays", "isEmpty"], [of]) => of.as_array().is_none_or(Vec::is_empty).into(),
        (["Arrays", "toCsvString"], [of]) => {
            let items = of.as_array().ok_or(Broken)?;
            let shown: Vec<String> = items.iter().map(shown).collect();
            shown.join(",").into()
        }
        (["Convert", "toInt"], [of]) => match of {
            Value::String(of) => number(of.parse().map_err(|_| Broken)?),
            Value::Number(_) => of.clone(),
            Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
                return Err(Broken);
            }
        },
        (
            [
                "hasDirectoryUser"
                | "hasWorkdayUser"
                | "isMemberOfAnyGroup"
                | "isMemberOfGroupName",
            ],
            _,
        ) => false.into(),
        _ => return Err(Broken),
    };
    Ok(value)
}
