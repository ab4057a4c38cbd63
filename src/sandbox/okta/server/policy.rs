use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::{Refusal, stamp};
use super::super::state::Status;
use super::PolicyRule;

/// Stands for every client in a policy.
pub(crate) const ALL_CLIENTS: &str = "ALL_CLIENTS";

/// An access policy of an authorization server; its priority is its place among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// `00p…`.
    pub(crate) id: String,
    /// Unique in its server.
    pub(crate) name: String,
    /// Required.
    pub(crate) description: String,
    /// Whether it is asked.
    pub(crate) status: Status,
    /// Whether Okta made it.
    pub(crate) system: bool,
    /// Client ids, or [`ALL_CLIENTS`].
    pub(crate) clients: Vec<String>,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) last_updated: Timestamp,
    /// Its rules, by priority.
    pub(crate) rules: Vec<PolicyRule>,
}

impl Policy {
    /// The rule with this id.
    pub(crate) fn rule(&self, id: &str) -> Result<(usize, &PolicyRule), Refusal> {
        self.rules
            .iter()
            .enumerate()
            .find(|(_, rule)| rule.id == id)
            .ok_or_else(|| Refusal::not_found(id, "PolicyRule"))
    }

    /// Whether it speaks of this client.
    pub(crate) fn covers(&self, client_id: &str) -> bool {
        self.clients
            .iter()
            .any(|client| client == ALL_CLIENTS || client == client_id)
    }

    /// Its URL below the server's.
    pub(crate) fn href(&self, server: &str) -> String {
        format!("{server}/policies/{}", self.id)
    }

    /// What the API shows, in the recorded order of keys.
    pub(crate) fn wire(&self, server: &str, priority: usize) -> Value {
        let href = self.href(server);
        let switch = self.status.switch();
        json!({
            "id": self.id,
            "status": self.status,
            "name": self.name,
            "description": self.description,
            "priority": priority,
            "system": self.system,
            "conditions": { "clients": { "include": self.clients } },
            "created": stamp(self.created),
            "lastUpdated": stamp(self.last_updated),
            "_links": {
                "self": { "href": href, "hints": { "allow": ["GET", "PUT", "DELETE"] } },
                "rules": { "href": format!("{href}/rules"), "hints": { "allow": ["GET"] } },
                switch: {
                    "href": format!("{href}/lifecycle/{switch}"),
                    "hints": { "allow": ["POST"] },
                },
            },
            "type": "OAUTH_AUTHORIZATION_POLICY",
        })
    }
}
