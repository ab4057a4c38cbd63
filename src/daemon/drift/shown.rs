use serde_json::Value as Json;

use crate::base::scrub_for_all;
use crate::plan::FieldChange;

/// A side of a field as people are shown it: nothing of what is sensitive, and no secret of ours that
/// somebody wrote into a field where none belongs.
pub(super) fn shown(field: &FieldChange, value: &crate::base::Value) -> Json {
    if field.sensitive {
        Json::Null
    } else {
        clean(value.to_json())
    }
}

fn clean(value: Json) -> Json {
    match value {
        // what cannot be searched now is not shown
        Json::String(text) => scrub_for_all(&text).map_or(Json::Null, Json::String),
        Json::Array(list) => list.into_iter().map(clean).collect(),
        Json::Object(fields) => {
            let fields = fields.into_iter();
            let fields = fields.map(|(name, value)| {
                let name = scrub_for_all(&name).unwrap_or_default();
                (name, clean(value))
            });
            fields.collect()
        }
        Json::Null | Json::Bool(_) | Json::Number(_) => value,
    }
}
