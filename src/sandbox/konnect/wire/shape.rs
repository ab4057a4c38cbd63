use serde_json::Value;
use url::Url;
use uuid::Uuid;

use super::body::{Body, join};
use super::labels::labels;
use super::problem::Invalid;

/// What a value must look like.
#[derive(Debug, Clone, Copy)]
pub(in crate::sandbox) enum Shape {
    /// A string of so many characters, at least and at most.
    Text(usize, usize),
    /// A string of so many characters, in a certain form.
    Pattern(usize, usize, &'static Pattern),
    /// An absolute URL of at most so many characters.
    Url(usize),
    /// An e-mail address of at most 255 characters.
    Email,
    /// A UUID.
    Uuid,
    /// True or false.
    Flag,
    /// A whole number, at least this.
    Integer(i64),
    /// One of these strings.
    Choice(&'static [&'static str]),
    /// An array of so many items, at least and at most.
    List(&'static Shape, usize, usize),
    /// An object with a table of its own.
    Object(&'static Body),
    /// An object that maps any key to values of one shape, null allowed or not.
    Map(&'static Shape, bool),
    /// Labels; in an update a null removes one.
    Labels(bool),
    /// The server's own property, which the vendor ignores in requests.
    Ignored,
}

/// The form of a string.
pub(in crate::sandbox) struct Pattern {
    /// As the contract writes it.
    pub(in crate::sandbox::konnect) text: &'static str,
    /// Whether a string has it.
    pub(in crate::sandbox::konnect) holds: fn(&str) -> bool,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text)
    }
}

impl Shape {
    /// Names what is wrong with a value.
    pub(in crate::sandbox::konnect) fn walk(
        self,
        path: &str,
        value: &Value,
        found: &mut Vec<Invalid>,
    ) {
        match self {
            Self::Ignored => {}
            Self::Text(min, max) => {
                text(path, value, min, max, found);
            }
            Self::Pattern(min, max, pattern) => {
                if let Some(text) = text(path, value, min, max, found)
                    && !(pattern.holds)(text)
                {
                    let reason = format!("must match {}", pattern.text);
                    found.push(Invalid::new(path, "matches_regex", reason));
                }
            }
            Self::Url(max) => {
                if let Some(text) = text(path, value, 1, max, found)
                    && Url::parse(text).is_err()
                {
                    found.push(Invalid::new(path, "invalid", "must be a valid URL"));
                }
            }
            Self::Email => {
                if let Some(text) = text(path, value, 1, 255, found)
                    && !is_email(text)
                {
                    found.push(Invalid::new(path, "invalid", "must be an e-mail address"));
                }
            }
            Self::Uuid => {
                if value
                    .as_str()
                    .is_none_or(|text| Uuid::try_parse(text).is_err())
                {
                    found.push(Invalid::new(path, "is_uuid", "must be a UUID"));
                }
            }
            Self::Flag => {
                if !value.is_boolean() {
                    found.push(wrong_type(path, "boolean"));
                }
            }
            Self::Integer(min) => match value.as_i64() {
                None => found.push(wrong_type(path, "integer")),
                Some(number) if number < min => found.push(
                    Invalid::new(path, "min", format!("must be at least {min}"))
                        .minimum(usize::try_from(min).unwrap_or_default()),
                ),
                Some(_) => {}
            },
            Self::Choice(choices) => {
                if value.as_str().is_none_or(|text| !choices.contains(&text)) {
                    let reason = format!("must be one of: {}", choices.join(", "));
                    found.push(Invalid::new(path, "enum", reason).choices(choices));
                }
            }
            Self::List(item, min, max) => list(path, value, *item, (min, max), found),
            Self::Object(body) => body.walk(path, value, found),
            Self::Map(item, nulls) => match value.as_object() {
                None => found.push(wrong_type(path, "object")),
                Some(map) => {
                    for (key, value) in map.iter().filter(|(_, v)| !(nulls && v.is_null())) {
                        item.walk(&join(path, key), value, found);
                    }
                }
            },
            Self::Labels(update) => labels(path, value, update, found),
        }
    }
}

fn text<'v>(
    path: &str,
    value: &'v Value,
    min: usize,
    max: usize,
    found: &mut Vec<Invalid>,
) -> Option<&'v str> {
    let Some(text) = value.as_str() else {
        found.push(wrong_type(path, "string"));
        return None;
    };
    let length = text.chars().count();
    if length < min {
        let reason = format!("length must be at least {min}");
        found.push(Invalid::new(path, "min_length", reason).minimum(min));
        return None;
    }
    if length > max {
        let reason = format!("length must be at most {max}");
        found.push(Invalid::new(path, "max_length", reason).maximum(max));
        return None;
    }
    Some(text)
}

fn list(
    path: &str,
    value: &Value,
    item: Shape,
    (min, max): (usize, usize),
    found: &mut Vec<Invalid>,
) {
    let Some(items) = value.as_array() else {
        found.push(wrong_type(path, "array"));
        return;
    };
    if items.len() < min {
        let reason = format!("must have at least {min} items");
        found.push(Invalid::new(path, "min_items", reason).minimum(min));
    }
    if items.len() > max {
        let reason = format!("must have at most {max} items");
        found.push(Invalid::new(path, "max_items", reason).maximum(max));
    }
    for (index, value) in items.iter().enumerate() {
        item.walk(&format!("{path}[{index}]"), value, found);
    }
}

fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && !host.is_empty()
            && !host.contains('@')
            && !text.contains(char::is_whitespace)
    })
}

/// What is said of a value of another type.
pub(in crate::sandbox::konnect) fn wrong_type(field: &str, wanted: &str) -> Invalid {
    let rule = match wanted {
        "object" => "is_object",
        "array" => "is_array",
        "boolean" => "is_boolean",
        "integer" => "is_integer",
        "string" => "is_string",
        _ => "type",
    };
    Invalid::new(field, rule, format!("must be of type {wanted}"))
}
