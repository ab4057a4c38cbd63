use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::{id, stamp};
use super::App;

/// An admin's word that an application may ask for a scope of the management API.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Grant {
    /// `oag…`.
    pub(crate) id: String,
    /// The scope.
    pub(crate) scope: String,
    /// When it was given.
    pub(crate) created: Timestamp,
    /// Who gave it: an id, and Okta's word for its kind.
    pub(crate) by: (String, String),
}

impl Grant {
    /// A new one.
    pub(super) fn new(scope: String, by: (String, String), now: Timestamp) -> Self {
        Self {
            id: id("oag"),
            scope,
            created: now,
            by,
        }
    }

    /// What the API shows, in the order of keys of Okta's examples.
    pub(super) fn wire(&self, app: &App, origin: &str, with_scope: bool) -> Value {
        let (by, kind) = &self.by;
        let href = app.href(origin);
        let mut wire = json!({
            "id": self.id,
            "status": "ACTIVE",
            "created": stamp(self.created),
            "createdBy": { "id": by, "type": kind },
            "lastUpdated": stamp(self.created),
            "issuer": origin,
            "clientId": app.client_id,
            "scopeId": self.scope,
            "source": "ADMIN",
            "_links": {
                "app": { "href": href, "title": app.label },
                "self": {
                    "href": format!("{href}/grants/{}", self.id),
                    "hints": { "allow": ["GET", "DELETE"] },
                },
                "client": {
                    "href": format!("{origin}/oauth2/v1/clients/{}", app.client_id),
                    "title": app.label,
                },
            },
        });
        if let Some(wire) = wire.as_object_mut().filter(|_| with_scope) {
            let scope = json!({ "scope": { "id": self.scope } });
            wire.insert("_embedded".to_owned(), scope);
        }
        wire
    }
}
