use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

/// What a fault does to the request that it strikes.
///
/// Written as `"lost"` or `{ "lost": {} }` where nothing more is to be said, else as
/// `{ "delay_ms": 250 }` or `{ "status": { "code": 503 } }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(remote = "Self", rename_all = "snake_case")]
pub enum Effect {
    /// Not carried out; answered with this status in the vendor's form.
    Status(StatusEffect),
    /// Not carried out; the connection is reset.
    Reset,
    /// Carried out and committed; then the connection is reset in place of an answer.
    Lost,
    /// Not carried out and never answered.
    Hang,
    /// Carried out and committed, but never answered.
    HangAfter,
    /// Carried out after so many milliseconds.
    DelayMs(u64),
    /// Not carried out; answered 200 with a page of HTML, as a captive proxy does.
    Html,
    /// Carried out; the connection breaks in the middle of the answer's body.
    Truncate,
    /// Not carried out; answered 200 with a list of nothing.
    EmptyList,
    /// Not carried out; answered 423 `E0000239`, as Okta does while it reorders policies.
    Locked,
    /// Carried out as if the same POST of a scope were sent by somebody else in that moment: both make
    /// one, so that the server then has two of the same name.
    Duplicate,
    /// Carried out; the answer to a PUT of an authorization server still has the old `lastUpdated`.
    OldStamp,
    /// A GET is answered as it was the last time, by a replica that lags behind; all else is carried out.
    Stale,
    /// Carried out with pages of at most so many entries, whatever was asked for.
    SmallPages(u32),
}

/// What an operation of Okta does differently because a fault struck its request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Twist {
    /// As in [`Effect::Duplicate`].
    Duplicate,
    /// As in [`Effect::OldStamp`].
    OldStamp,
}

/// The status of [`Effect::Status`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatusEffect {
    /// From 200 to 599.
    #[serde(deserialize_with = "status_code")]
    pub code: u16,
    /// Seconds after which another try may do, told in the vendor's way; 1 for 429 where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// Headers besides those of the vendor's form, or in place of them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// A body in place of the vendor's form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
}

impl StatusEffect {
    /// A status in the vendor's own form.
    pub fn new(code: u16) -> Self {
        Self {
            code,
            retry_after: None,
            headers: BTreeMap::new(),
            body: None,
        }
    }
}

impl Effect {
    /// Its name in the journal.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Status(_) => "status",
            Self::Reset => "reset",
            Self::Lost => "lost",
            Self::Hang => "hang",
            Self::HangAfter => "hang_after",
            Self::DelayMs(_) => "delay_ms",
            Self::Html => "html",
            Self::Truncate => "truncate",
            Self::EmptyList => "empty_list",
            Self::Locked => "locked",
            Self::Duplicate => "duplicate",
            Self::OldStamp => "old_stamp",
            Self::Stale => "stale",
            Self::SmallPages(_) => "small_pages",
        }
    }
}

fn status_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u16, D::Error> {
    let code = u16::deserialize(deserializer)?;
    if (200..=599).contains(&code) {
        Ok(code)
    } else {
        Err(serde::de::Error::custom(format_args!(
            "`code` is {code}, but a status is from 200 to 599"
        )))
    }
}

impl Serialize for Effect {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Self::serialize(self, serializer)
    }
}

impl<'de> Deserialize<'de> for Effect {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut written = Value::deserialize(deserializer)?;
        if let Some(name) = bare_name(&written) {
            written = name.into();
        }
        Self::deserialize(written).map_err(serde::de::Error::custom)
    }
}

/// The name of an entry that says no more than that: `{ "lost": {} }`.
fn bare_name(written: &Value) -> Option<String> {
    let entries = written.as_object().filter(|entries| entries.len() == 1)?;
    let (name, value) = entries.iter().next()?;
    let bare = value.as_object().map_or(value.is_null(), Map::is_empty);
    (bare || value == &Value::Bool(true)).then(|| name.clone())
}
