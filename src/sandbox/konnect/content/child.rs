use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::collections::Collection;
use crate::sandbox::konnect::context::stamp;
use crate::sandbox::konnect::state::KonnectState;

/// One entry of a collection below a portal or an API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox::konnect) struct Child {
    pub(super) id: Uuid,
    /// The portal or API.
    pub(in crate::sandbox::konnect) parent: Uuid,
    /// The collection's name.
    pub(super) collection: String,
    pub(super) body: Map<String, Value>,
    pub(super) created_at: Timestamp,
    pub(super) updated_at: Timestamp,
}

impl Child {
    /// As it is read by its id.
    pub(super) fn view(&self) -> Value {
        let mut view = self.body.clone();
        view.insert("id".to_owned(), json!(self.id));
        view.insert("created_at".to_owned(), json!(stamp(self.created_at)));
        view.insert("updated_at".to_owned(), json!(stamp(self.updated_at)));
        Value::Object(view)
    }

    /// As it is listed: without its text, and with those below it where they form a tree.
    fn summary(&self, collection: &Collection, siblings: &[&Self]) -> Value {
        let mut view = self.view();
        if let Some(map) = view.as_object_mut() {
            map.shift_remove("content");
            if let Some(Value::Object(spec)) = map.get_mut("spec") {
                spec.retain(|key, _| key == "type");
            }
            if let Some(key) = collection.parent_key {
                let children = below(collection, siblings, key, Some(self.id));
                map.insert("children".to_owned(), Value::Array(children));
            }
        }
        view
    }
}

fn below(
    collection: &Collection,
    siblings: &[&Child],
    key: &str,
    parent: Option<Uuid>,
) -> Vec<Value> {
    let wanted = parent.map(|id| id.to_string());
    let of_parent = |child: &&&Child| {
        let named = child.body.get(key).and_then(Value::as_str);
        // an entry cannot be below itself, however it is written
        named == wanted.as_deref() && Some(child.id) != parent
    };
    let children = siblings.iter().filter(of_parent);
    children
        .map(|child| child.summary(collection, siblings))
        .collect()
}

impl KonnectState {
    /// A collection as it is listed: trees by their roots.
    pub(super) fn list_of(&self, collection: &Collection, parent: Uuid) -> Vec<Value> {
        let all: Vec<&Child> = self
            .children
            .iter()
            .filter(|child| child.parent == parent && child.collection == collection.name)
            .collect();
        if let Some(key) = collection.parent_key {
            return below(collection, &all, key, None);
        }
        let summaries = all.iter().map(|child| child.summary(collection, &all));
        summaries.collect()
    }

    /// The place of an entry.
    pub(super) fn child_at(&self, collection: &str, parent: Uuid, id: &str) -> Option<usize> {
        self.children.iter().position(|child| {
            child.parent == parent && child.collection == collection && child.id.to_string() == id
        })
    }
}
