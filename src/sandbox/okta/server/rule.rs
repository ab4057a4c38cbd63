use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::http::stamp;
use super::super::state::Status;

/// Stands for every scope in a rule.
const ANY_SCOPE: &str = "*";

/// How long tokens live, in minutes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Lifetimes {
    /// Of the access token.
    pub(crate) access: i64,
    /// Of the refresh token; 0: for ever.
    pub(crate) refresh: i64,
    /// In which the refresh token has to be used.
    pub(crate) window: i64,
    /// An inline hook; there are none here, but its id is kept.
    pub(crate) hook: Option<Value>,
}

impl Default for Lifetimes {
    fn default() -> Self {
        Self {
            access: 60,
            refresh: 0,
            window: 10_080,
            hook: None,
        }
    }
}

/// When a rule applies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RuleConditions {
    /// Ids of people.
    pub(crate) users: Vec<String>,
    /// Ids of groups, or `EVERYONE`.
    pub(crate) groups: Vec<String>,
    /// Grant types, in the order of the alphabet, as Okta gives them back.
    pub(crate) grant_types: Vec<String>,
    /// Names of scopes, or `*`.
    pub(crate) scopes: Vec<String>,
}

/// A rule of a policy; its priority is its place among the others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct PolicyRule {
    /// `0pr…`.
    pub(crate) id: String,
    /// Unique in its policy.
    pub(crate) name: String,
    /// Whether it is asked.
    pub(crate) status: Status,
    /// Whether Okta made it.
    pub(crate) system: bool,
    /// When it applies.
    pub(crate) conditions: RuleConditions,
    /// What it gives.
    pub(crate) lifetimes: Lifetimes,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When it was changed.
    pub(crate) last_updated: Timestamp,
}

impl PolicyRule {
    /// Whether it lets a scope through.
    pub(crate) fn allows(&self, scope: &str) -> bool {
        self.conditions
            .scopes
            .iter()
            .any(|allowed| allowed == ANY_SCOPE || allowed == scope)
    }

    /// What the API shows below the policy's URL, in the recorded order of keys.
    pub(crate) fn wire(&self, policy: &str, priority: usize) -> Value {
        let href = format!("{policy}/rules/{}", self.id);
        let switch = self.status.switch();
        json!({
            "id": self.id,
            "status": self.status,
            "name": self.name,
            "priority": priority,
            "created": stamp(self.created),
            "lastUpdated": stamp(self.last_updated),
            "system": self.system,
            "conditions": {
                "people": self.people(),
                "grantTypes": { "include": self.conditions.grant_types },
                "scopes": { "include": self.conditions.scopes },
            },
            "actions": { "token": self.token() },
            "_links": {
                "self": { "href": href, "hints": { "allow": ["GET", "PUT", "DELETE"] } },
                switch: {
                    "href": format!("{href}/lifecycle/{switch}"),
                    "hints": { "allow": ["POST"] },
                },
            },
            "type": "RESOURCE_ACCESS",
        })
    }

    /// Who is empty comes back as `exclude: []`, who is not as `include` alone (recorded).
    fn people(&self) -> Value {
        let who = |ids: &[String]| {
            if ids.is_empty() {
                json!({ "exclude": [] })
            } else {
                json!({ "include": ids })
            }
        };
        json!({ "users": who(&self.conditions.users), "groups": who(&self.conditions.groups) })
    }

    fn token(&self) -> Value {
        let mut token = Map::new();
        let mut add = |key: &str, value: Value| token.insert(key.to_owned(), value);
        add("accessTokenLifetimeMinutes", self.lifetimes.access.into());
        add("refreshTokenLifetimeMinutes", self.lifetimes.refresh.into());
        add("refreshTokenWindowMinutes", self.lifetimes.window.into());
        if let Some(hook) = &self.lifetimes.hook {
            add("inlineHook", hook.clone());
        }
        Value::Object(token)
    }
}
