use std::collections::VecDeque;

use axum::http::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Vendor;
use super::author::Author;

/// How many changes are remembered.
const CAPACITY: usize = 2_000;

/// One change of a vendor's state: who changed what. No value is told, so no secret either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// The number of the request in the journal.
    pub n: u64,
    /// When it was answered, by the sandbox's clock.
    pub time: jiff::Timestamp,
    /// Whose state it was.
    pub vendor: Vendor,
    /// Who did it: an e-mail address or a client's id.
    pub actor: String,
    /// The name of the token that it was done with, never its value.
    pub token: String,
    /// `create`, `update`, `replace`, `delete`, or a verb of the vendor's, such as `deactivate`.
    pub action: String,
    /// The collection, as in the path.
    pub kind: String,
    /// The object's id, where the vendor told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The object's name, where the vendor told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The path of the request, without its query.
    pub path: String,
}

/// Last segments of what is sent by POST and changes nothing.
const NO_CHANGES: [&str; 8] = [
    "token",
    "introspect",
    "authenticate",
    "refresh",
    "logout",
    "verify",
    "par",
    "authorize",
];

impl Change {
    /// What a request changed that was answered with success; none where nothing changes.
    pub(super) fn of(
        vendor: Vendor,
        method: &Method,
        path: &str,
        author: Author,
        answer: &Value,
    ) -> Option<Self> {
        let path = path.split('?').next().unwrap_or(path);
        let mut segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        if vendor == Vendor::Gateway || NO_CHANGES.contains(segments.last()?) {
            return None;
        }
        let action = match *method {
            Method::POST => "create",
            Method::PUT => "replace",
            Method::PATCH => "update",
            Method::DELETE => "delete",
            _ => return None,
        };
        let mut action = action.to_owned();
        if let [.., "lifecycle", verb] = segments.as_slice() {
            (*verb).clone_into(&mut action);
            segments.truncate(segments.len() - 2);
        }
        // `/collection/id`, or `/collection` where something is made
        let named = action != "create";
        let id = segments.pop_if(|_| named);
        let kind = segments.pop().unwrap_or_default().to_owned();
        let text = |keys: &[&str]| {
            let found = keys.iter().find_map(|key| answer.get(key)?.as_str());
            found.map(str::to_owned)
        };
        Some(Self {
            n: 0,
            time: jiff::Timestamp::UNIX_EPOCH,
            vendor,
            actor: author.actor,
            token: author.token,
            action,
            kind,
            id: text(&["id", "client_id", "kid"]).or_else(|| id.map(str::to_owned)),
            name: text(&["name", "label", "client_name", "email", "title"]),
            path: path.to_owned(),
        })
    }
}

/// The last changes, oldest first.
#[derive(Debug, Default)]
pub(super) struct Audit(VecDeque<Change>);

impl Audit {
    /// Goes on where a saved one ended.
    pub(super) fn resume(changes: Vec<Change>) -> Self {
        Self(changes.into())
    }

    /// Notes a change.
    pub(super) fn note(&mut self, change: Change) {
        if self.0.len() >= CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(change);
    }

    /// Forgets all changes.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// All that is remembered, oldest first.
    pub(super) fn changes(&self) -> Vec<Change> {
        self.0.iter().cloned().collect()
    }
}
