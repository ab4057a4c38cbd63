//! The fields that every entry of every kind may have.

use std::borrow::Cow;

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, de};
use serde_json::{Map, Value as Json};

use crate::base::{Data, Node, NodeError, Spanned};

/// The fields that every entry of every kind may have.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct EntryCommon {
    /// Whether the object must be there, or must not.
    #[schemars(extend("default" = "present"))]
    pub state: Spanned<State>,
    /// Whether the object may never be deleted or replaced.
    pub protected: bool,
    /// The object's name at the vendor, where it differs from the key.
    #[schemars(length(min = 1))]
    pub name: Option<Spanned<String>>,
    /// The name that the object had before; it is renamed instead of made anew.
    #[schemars(length(min = 1))]
    pub renamed_from: Option<Spanned<String>>,
    /// Fields whose drift is left alone for a while.
    pub ignore: Vec<Ignore>,
}

/// Whether an object must be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It must be there.
    #[default]
    Present,
    /// It must not be there; if it is, it is deleted.
    Absent,
}

/// A field whose drift is left alone for a while.
#[derive(Debug, Clone, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ignore {
    /// The field's name.
    #[schemars(length(min = 1), extend("examples" = ["description"]))]
    pub field: Spanned<String>,
    /// Why; shown wherever the field would have been.
    #[schemars(length(min = 1), extend("examples" = ["changed by hand during the migration"]))]
    pub reason: String,
    /// The last day of it; drift counts again from the next.
    #[serde(deserialize_with = "day")]
    #[schemars(
        with = "String",
        regex(pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        extend("format" = "date", "examples" = ["2027-01-01"])
    )]
    pub until: Option<Spanned<Date>>,
}

impl EntryCommon {
    /// The names of the fields.
    pub const FIELDS: [&str; 5] = ["state", "protected", "name", "renamed_from", "ignore"];

    /// Reads the common fields of an entry and leaves its own alone.
    pub fn read(entry: &Node) -> Result<Self, NodeError> {
        Self::deserialize(&pick(entry, Self::is_common))
    }

    /// The entry without the common fields, to be read by its kind; most entries have none of them.
    pub fn strip(entry: &Node) -> Cow<'_, Node> {
        let has_some = entry.entries().iter().any(|(key, _)| Self::is_common(key));
        if has_some || entry.data == Data::Null {
            Cow::Owned(pick(entry, |name| !Self::is_common(name)))
        } else {
            Cow::Borrowed(entry)
        }
    }

    fn is_common(name: &str) -> bool {
        Self::FIELDS.contains(&name)
    }

    /// The schemas of the fields, to be inserted into the `properties` of each kind's entry.
    pub fn schema_properties() -> Map<String, Json> {
        let schema = super::schema::of::<Self>();
        schema
            .get("properties")
            .and_then(Json::as_object)
            .cloned()
            .unwrap_or_default()
    }
}

fn day<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Spanned<Date>>, D::Error> {
    let text = Spanned::<String>::deserialize(deserializer)?;
    let day = text.parse().map_err(|_| {
        de::Error::custom(format_args!(
            "`{text}` is no day of the calendar; write `2027-01-31`"
        ))
    })?;
    Ok(Some(Spanned::new(day, text.span)))
}

fn pick(entry: &Node, wanted: impl Fn(&str) -> bool) -> Node {
    let kept: Vec<_> = entry
        .entries()
        .iter()
        .filter(|(key, _)| wanted(&key.value))
        .cloned()
        .collect();
    // an entry that says nothing (`orders.read:`) has no fields of either sort
    if matches!(entry.data, Data::Map(_) | Data::Null) {
        Node::new(Data::Map(kept), entry.span)
    } else {
        entry.clone()
    }
}
