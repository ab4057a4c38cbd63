use std::sync::LazyLock;

use base64::Engine;
use regex::Regex;

use super::{Scalar, Style, Time};

/// A scalar with the type that go.yaml.in/yaml v3 gives it.
///
/// The MAC covers clear leaves in this form, so YAML's own opinion does not count.
#[derive(Debug, Clone, PartialEq)]
pub(in super::super) enum Typed {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    /// Of the tag `!!binary`, and not in UTF-8.
    Bytes(Vec<u8>),
    Time(Time),
}

static FLOAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$").expect("it is a literal")
});

/// Types a scalar; the error says why it has no type that sops can walk.
pub(in super::super) fn resolve(scalar: &Scalar) -> Result<Typed, &'static str> {
    const MISFIT: &str = "its tag does not fit it";
    let text = scalar.text.as_str();
    let as_text = || Ok(Typed::Text(text.to_owned()));
    let Some(tag) = scalar.tag.as_deref() else {
        return if scalar.style == Style::Plain {
            plain(text)
        } else {
            as_text()
        };
    };
    match tag {
        "binary" => base64::engine::general_purpose::STANDARD
            .decode(text.replace(['\n', ' '], ""))
            .map(|bytes| match String::from_utf8(bytes) {
                Ok(text) => Typed::Text(text),
                Err(error) => Typed::Bytes(error.into_bytes()),
            })
            .map_err(|_| MISFIT),
        "int" | "float" | "bool" | "null" | "timestamp" => match (tag, plain(text)?) {
            ("float", Typed::Int(number)) => text_float(&number.to_string()).ok_or(MISFIT),
            ("int", typed @ Typed::Int(_))
            | ("float", typed @ Typed::Float(_))
            | ("bool", typed @ Typed::Bool(_))
            | ("null", typed @ Typed::Null)
            | ("timestamp", typed @ Typed::Time(_)) => Ok(typed),
            _ => Err(MISFIT),
        },
        // `str`, `merge` and whatever the user made up
        _ => as_text(),
    }
}

fn plain(text: &str) -> Result<Typed, &'static str> {
    let known = match text {
        "" | "~" | "null" | "Null" | "NULL" => Some(Typed::Null),
        "true" | "True" | "TRUE" => Some(Typed::Bool(true)),
        "false" | "False" | "FALSE" => Some(Typed::Bool(false)),
        ".nan" | ".NaN" | ".NAN" => Some(Typed::Float(f64::NAN)),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Some(Typed::Float(f64::INFINITY)),
        "-.inf" | "-.Inf" | "-.INF" => Some(Typed::Float(f64::NEG_INFINITY)),
        _ => None,
    };
    if let Some(known) = known {
        return Ok(known);
    }
    let number = match text.chars().next() {
        Some('.') => text_float(text),
        Some('0'..='9' | '+' | '-') => match Time::from_yaml(text) {
            Some(time) => Some(Typed::Time(time)),
            None => numeric(&text.replace('_', ""))?,
        },
        Some(_) | None => None,
    };
    Ok(number.unwrap_or_else(|| Typed::Text(text.to_owned())))
}

fn numeric(text: &str) -> Result<Option<Typed>, &'static str> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (radix, digits) = based(digits);
    if !digits.is_empty() && digits.chars().all(|digit| digit.is_digit(radix)) {
        let signed = if negative {
            i64::from_str_radix(&format!("-{digits}"), radix)
        } else {
            i64::from_str_radix(digits, radix)
        };
        if let Ok(number) = signed {
            return Ok(Some(Typed::Int(number)));
        }
        // Go's unsigned parse takes no sign at all
        if !text.starts_with(['+', '-']) && u64::from_str_radix(digits, radix).is_ok() {
            return Err("it is a whole number above 9223372036854775807: quote it");
        }
    }
    Ok(FLOAT.is_match(text).then(|| text_float(text)).flatten())
}

fn based(digits: &str) -> (u32, &str) {
    for (prefix, radix) in [
        ("0x", 16),
        ("0X", 16),
        ("0b", 2),
        ("0B", 2),
        ("0o", 8),
        ("0O", 8),
    ] {
        if let Some(digits) = digits.strip_prefix(prefix) {
            return (radix, digits);
        }
    }
    match digits.strip_prefix('0').filter(|rest| !rest.is_empty()) {
        Some(octal) => (8, octal),
        None => (10, digits),
    }
}

/// Rust reads an overflow as infinity, Go refuses it.
fn text_float(text: &str) -> Option<Typed> {
    text.parse()
        .ok()
        .filter(|number: &f64| number.is_finite())
        .map(Typed::Float)
}
