use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::id;
use super::super::state::Status;

/// The client's public keys.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(default)]
pub(crate) struct KeySet {
    pub(crate) keys: Vec<Value>,
}

impl KeySet {
    /// Gives each key an id and a status; one that was there before keeps its id.
    pub(super) fn numbered(self, before: &Self) -> Self {
        let keys = self.keys.iter().map(|key| {
            let known = |old: &&Value| {
                old.get("kid").is_some_and(|kid| !kid.is_null()) && old.get("kid") == key.get("kid")
            };
            let old = before.keys.iter().find(known);
            wire(key, old.and_then(|old| old.get("id")))
        });
        Self {
            keys: keys.collect(),
        }
    }

    /// The keys that open.
    pub(crate) fn active(&self) -> impl Iterator<Item = &Value> {
        let active = Status::Active.word();
        self.keys
            .iter()
            .filter(move |key| key.get("status").and_then(Value::as_str) == Some(active))
    }
}

/// A key with its fields in the recorded order.
pub(super) fn wire(key: &Value, old: Option<&Value>) -> Value {
    let of = |name: &str| key.get(name).cloned().unwrap_or(Value::Null);
    let or = |name: &str, usual: Value| match key.get(name) {
        None | Some(Value::Null) => usual,
        Some(value) => value.clone(),
    };
    let mut wire = json!({
        "kty": of("kty"),
        "id": or("id", old.cloned().unwrap_or_else(|| id("pks").into())),
        "status": or("status", Status::Active.word().into()),
        "kid": of("kid"),
        "use": of("use"),
    });
    let material: &[&str] = if of("kty") == "EC" {
        &["x", "y", "crv"]
    } else {
        &["e", "n"]
    };
    if let Some(wire) = wire.as_object_mut() {
        if let Some(alg) = key.get("alg").filter(|alg| !alg.is_null()) {
            wire.insert("alg".to_owned(), alg.clone());
        }
        for name in material {
            wire.insert((*name).to_owned(), of(name));
        }
    }
    wire
}
