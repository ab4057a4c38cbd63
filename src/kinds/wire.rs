//! Small readers and writers of vendor JSON, shared by all kinds.

use serde_json::Value as Json;

use crate::base::Value;

/// A text field; null, absent and empty are the same.
pub(super) fn text(json: &Json, field: &str) -> Value {
    Value::text_opt(json.get(field).and_then(Json::as_str))
}

/// A text field in lower case, for enumerations.
pub(super) fn lower(json: &Json, field: &str) -> Value {
    Value::text_opt(
        json.get(field)
            .and_then(Json::as_str)
            .map(str::to_lowercase),
    )
}

/// A switch; absent is off.
pub(super) fn switch(json: &Json, field: &str) -> Value {
    Value::Bool(json.get(field).and_then(Json::as_bool).unwrap_or(false))
}

/// A number.
pub(super) fn int(json: &Json, field: &str) -> Value {
    json.get(field)
        .and_then(Json::as_i64)
        .map_or(Value::Null, Value::Int)
}

/// The texts of a list; absent is empty.
pub(super) fn strings<'a>(json: &'a Json, pointer: &str) -> Vec<&'a str> {
    json.pointer(pointer)
        .and_then(Json::as_array)
        .map(|items| items.iter().filter_map(Json::as_str).collect())
        .unwrap_or_default()
}

/// Texts without order.
pub(super) fn set(json: &Json, pointer: &str) -> Value {
    Value::set(strings(json, pointer))
}

/// The id of an object.
pub(super) fn id(json: &Json) -> String {
    json.get("id")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

/// Sets a member of a JSON object.
pub(super) fn put(body: &mut Json, field: &str, value: impl Into<Json>) {
    if let Some(members) = body.as_object_mut() {
        members.insert(field.to_owned(), value.into());
    }
}

/// Removes members that the vendor owns from a body that is sent back.
pub(super) fn strip(body: &mut Json, fields: &[&str]) {
    if let Some(members) = body.as_object_mut() {
        for field in fields {
            members.shift_remove(*field);
        }
    }
}

/// Takes all members that are null out of an object and of the objects in it.
pub(super) fn drop_nulls(json: &mut Json) {
    if let Json::Object(members) = json {
        members.retain(|_, value| !value.is_null());
        members.values_mut().for_each(drop_nulls);
    }
}
