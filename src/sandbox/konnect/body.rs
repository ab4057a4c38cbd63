//! A small declarative checker: a table says what a request body may hold, one function holds it to that.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use serde_json::{Map, Value};
use url::Url;
use uuid::Uuid;

use super::problem::{Invalid, Problem};

/// What a request body may hold.
#[derive(Debug)]
pub(in crate::sandbox) struct Body {
    fields: &'static [Field],
    /// Properties that are not in the table are let through.
    open: bool,
}

/// One property of a body.
#[derive(Debug)]
pub(in crate::sandbox) struct Field {
    name: &'static str,
    shape: Shape,
    required: bool,
    nullable: bool,
}

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
    pub(super) text: &'static str,
    /// Whether a string has it.
    pub(super) holds: fn(&str) -> bool,
}

impl std::fmt::Debug for Pattern {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.text)
    }
}

/// Key prefixes that are Kong's own. Upper case is let through: clients of the vendor rely on it.
const RESERVED_LABELS: [&str; 5] = ["kong", "konnect", "mesh", "kic", "_"];
const LABELS_AT_MOST: usize = 50;
static LABEL_VALUE: Pattern = Pattern {
    text: "^[a-z0-9A-Z]{1}([a-z0-9A-Z-._]*[a-z0-9A-Z]+)?$",
    holds: |text| {
        let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        edge(text.chars().next())
            && edge(text.chars().next_back())
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
    },
};

impl Field {
    /// A property that may be missing.
    pub(in crate::sandbox) const fn new(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: false,
            nullable: false,
        }
    }

    /// A property that must be there.
    pub(in crate::sandbox) const fn required(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: true,
            nullable: false,
        }
    }

    /// A property that may be missing or null.
    pub(in crate::sandbox) const fn nullable(name: &'static str, shape: Shape) -> Self {
        Self {
            name,
            shape,
            required: false,
            nullable: true,
        }
    }
}

impl Body {
    /// A body that holds nothing but these.
    pub(in crate::sandbox) const fn closed(fields: &'static [Field]) -> Self {
        Self {
            fields,
            open: false,
        }
    }

    /// A body that holds these and whatever else.
    pub(in crate::sandbox) const fn open(fields: &'static [Field]) -> Self {
        Self { fields, open: true }
    }

    /// Holds a body to the table, and names everything that is wrong with it.
    pub(in crate::sandbox) fn check(&self, value: &Value) -> Result<(), Problem> {
        refuse(self.faults("", value))
    }

    /// Like `check`, for a PATCH: nothing is required.
    pub(in crate::sandbox) fn check_update(&self, value: &Value) -> Result<(), Problem> {
        refuse(self.update_faults("", value))
    }

    /// What is wrong with the part of a body that stands at `path`.
    pub(super) fn faults(&self, path: &str, value: &Value) -> Vec<Invalid> {
        let mut found = Vec::new();
        self.walk(path, value, &mut found);
        found
    }

    /// Like `faults`, for a PATCH: nothing is required on this level.
    pub(super) fn update_faults(&self, path: &str, value: &Value) -> Vec<Invalid> {
        let mut found = self.faults(path, value);
        let missing = |invalid: &Invalid| {
            let on_this_level = |field: &Field| invalid.is_missing(&join(path, field.name));
            self.fields.iter().any(on_this_level)
        };
        found.retain(|invalid| !missing(invalid));
        found
    }

    fn walk(&self, path: &str, value: &Value, found: &mut Vec<Invalid>) {
        let Some(map) = value.as_object() else {
            let field = if path.is_empty() { "body" } else { path };
            found.push(wrong_type(field, "object"));
            return;
        };
        for field in self.fields {
            let name = join(path, field.name);
            match map.get(field.name) {
                None if field.required => {
                    found.push(Invalid::new(name, "required", "is a required field"));
                }
                None => {}
                Some(Value::Null) if field.nullable => {}
                Some(value) => field.shape.walk(&name, value, found),
            }
        }
        if self.open {
            return;
        }
        for key in map.keys() {
            if !self.fields.iter().any(|field| field.name == key) {
                found.push(Invalid::new(
                    join(path, key),
                    "unknown_property",
                    "is not a known property",
                ));
            }
        }
    }
}

impl Shape {
    fn walk(self, path: &str, value: &Value, found: &mut Vec<Invalid>) {
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

fn labels(path: &str, value: &Value, update: bool, found: &mut Vec<Invalid>) {
    if update && value.is_null() {
        return;
    }
    let Some(map) = value.as_object() else {
        found.push(wrong_type(path, "object"));
        return;
    };
    if map.len() > LABELS_AT_MOST {
        let reason = format!("must have at most {LABELS_AT_MOST} labels");
        found.push(Invalid::new(path, "max_items", reason).maximum(LABELS_AT_MOST));
    }
    for (key, value) in map {
        let name = join(path, key);
        if key.is_empty() || key.chars().count() > 63 {
            let reason = "key must have 1 to 63 characters";
            found.push(Invalid::new(name.as_str(), "is_label", reason));
        }
        if let Some(prefix) = RESERVED_LABELS.iter().find(|p| key.starts_with(**p)) {
            let reason = format!("key must not start with {prefix}");
            found.push(Invalid::new(name.as_str(), "is_label", reason));
        }
        if !(update && value.is_null()) {
            Shape::Pattern(1, 63, &LABEL_VALUE).walk(&name, value, found);
        }
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

fn wrong_type(field: &str, wanted: &str) -> Invalid {
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

fn join(path: &str, name: &str) -> String {
    if path.is_empty() {
        return name.to_owned();
    }
    format!("{path}.{name}")
}

/// Refuses a request for what was found, if anything was.
pub(super) fn refuse(found: Vec<Invalid>) -> Result<(), Problem> {
    if found.is_empty() {
        return Ok(());
    }
    Err(Problem::invalid(found))
}

/// Merges a PATCH of an object into what is stored, one level deep: null removes a key.
pub(in crate::sandbox) fn merge(stored: &mut Map<String, Value>, patch: &Value) {
    for (key, value) in patch.as_object().into_iter().flatten() {
        if value.is_null() {
            stored.shift_remove(key);
        } else {
            stored.insert(key.clone(), value.clone());
        }
    }
}

/// Drops the nulls of labels given at creation, where there is nothing to remove yet.
pub(in crate::sandbox) fn new_labels(body: &Value) -> Map<String, Value> {
    let mut labels = Map::new();
    merge(&mut labels, body.get("labels").unwrap_or(&Value::Null));
    labels
}

/// A request's JSON; no body at all is null, so that each table says what is missing.
#[derive(Debug)]
pub(in crate::sandbox) struct Sent(pub(in crate::sandbox) Value);

impl<S: Send + Sync> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let is_json = request
            .headers()
            .get(header::CONTENT_TYPE)
            .and_then(|kind| kind.to_str().ok())
            .is_some_and(|kind| {
                let kind = kind.split(';').next().unwrap_or_default().trim();
                kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")
            });
        let bytes = Bytes::from_request(request, state)
            .await
            .map_err(|_| Problem::new(StatusCode::BAD_REQUEST, "body could not be read"))?;
        if bytes.is_empty() {
            return Ok(Self(Value::Null));
        }
        if !is_json {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Content-Type must be application/json",
            ));
        }
        serde_json::from_slice(&bytes)
            .map(Self)
            .map_err(|_| Problem::from(Invalid::new("body", "invalid", "is not valid JSON")))
    }
}
