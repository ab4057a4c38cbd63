use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::super::http::{id, random_text, stamp};
use super::super::state::{Plain, Status};

/// One of at most two secrets of a client; Okta shows them again and again.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ClientSecret {
    /// `ocs…`.
    pub(crate) id: String,
    /// In clear.
    pub(crate) value: Plain,
    /// Whether it opens.
    pub(crate) status: Status,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was switched.
    pub(crate) last_updated: Timestamp,
}

impl ClientSecret {
    /// A secret that was brought along, or a new one of 64 characters.
    pub(crate) fn new(value: Option<String>, now: Timestamp) -> Self {
        Self {
            id: id("ocs"),
            value: Plain(value.unwrap_or_else(|| random_text(48))),
            status: Status::Active,
            created: now,
            last_updated: now,
        }
    }

    /// Whether it opens with this value.
    pub(crate) fn opens(&self, value: &str) -> bool {
        self.status == Status::Active && self.value.0 == value
    }

    /// Tells two secrets apart without showing them.
    fn hash(&self) -> String {
        let digest = Sha256::digest(self.value.0.as_bytes());
        URL_SAFE_NO_PAD.encode(digest.get(..16).unwrap_or_default())
    }

    /// What the API shows below the application's URL, in the recorded order of keys.
    pub(crate) fn wire(&self, app: &str) -> Value {
        let href = format!("{app}/credentials/secrets/{}", self.id);
        let switch = self.status.switch();
        let mut links = json!({
            switch: {
                "href": format!("{href}/lifecycle/{switch}"),
                "hints": { "allow": ["POST"] },
            },
        });
        if self.status == Status::Inactive
            && let Some(links) = links.as_object_mut()
        {
            let delete = json!({ "href": href, "hints": { "allow": ["DELETE"] } });
            links.insert("delete".to_owned(), delete);
        }
        json!({
            "id": self.id,
            "created": stamp(self.created),
            "lastUpdated": stamp(self.last_updated),
            "status": self.status,
            "client_secret": self.value.0,
            "secret_hash": self.hash(),
            "_links": links,
        })
    }
}
