use std::collections::BTreeMap;
use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::app::App;
use super::http::{self, Refusal};
use super::log::History;
use super::server::{Server, SigningKey};

/// Days that an API token lives without being used.
pub(crate) const TOKEN_DAYS: i64 = 30;

/// A secret that the sandbox has to keep in clear, because Okta shows it again; never in `Debug`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Plain(pub(crate) String);

impl fmt::Debug for Plain {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Plain(..)")
    }
}

/// Whether an object takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Status {
    /// It does.
    Active,
    /// It is kept, but switched off.
    Inactive,
}

impl Status {
    /// The word on the wire.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Inactive => "INACTIVE",
        }
    }

    /// What can be done with it: the last part of the lifecycle path.
    pub(crate) fn switch(self) -> &'static str {
        match self {
            Self::Active => "deactivate",
            Self::Inactive => "activate",
        }
    }
}

/// An API token; its value is known by digest alone.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ApiToken {
    /// `00T…`.
    pub(crate) id: String,
    /// As the admin console shows it.
    pub(crate) name: String,
    /// SHA-256 of the value, in hex.
    pub(crate) digest: String,
    /// Where it may be used from.
    pub(crate) network: Value,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When its description changed.
    pub(crate) last_updated: Timestamp,
    /// When it ends if nobody uses it.
    pub(crate) expires: Timestamp,
}

/// The one person of the org.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct User {
    /// `00u…`.
    pub(crate) id: String,
    /// The login, an e-mail address.
    pub(crate) login: String,
    /// The given name.
    pub(crate) first_name: String,
    /// The family name.
    pub(crate) last_name: String,
    /// When the org was made.
    pub(crate) created: Timestamp,
}

/// One Okta org.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct OktaState {
    /// `00o…`.
    pub(crate) id: String,
    /// The seeded token, so that it can be shown; the others are only recognised.
    pub(crate) admin_token: Plain,
    /// The admin.
    pub(crate) user: User,
    /// The tokens of the admin.
    pub(crate) tokens: Vec<ApiToken>,
    /// The custom authorization servers, the built-in one first.
    pub(crate) servers: Vec<Server>,
    /// The applications, oldest first.
    pub(crate) apps: Vec<App>,
    /// The access policy that every application gets; applications name it in their links.
    pub(crate) access_policy: String,
    /// The profile enrollment policy, likewise.
    pub(crate) enrollment_policy: String,
    /// The key that signs identity tokens; applications show its id.
    pub(crate) signing_kid: String,
    /// The key that signs access tokens for the management API; made when the first is asked for.
    #[serde(default)]
    pub(crate) org_key: Option<SigningKey>,
    /// Requests a minute, by bucket; buckets that are not named have a generous limit.
    #[serde(default)]
    pub(crate) limits: BTreeMap<String, u32>,
    /// What was done; the System Log tells it.
    #[serde(default, rename = "log")]
    pub(crate) history: History,
}

impl OktaState {
    /// The seeded API token.
    pub(crate) fn admin_token(&self) -> &str {
        &self.admin_token.0
    }

    /// Lets a token in as it is, as one of the admin's; one that is known gets its full life again.
    pub(crate) fn accept_token(&mut self, token: &str, now: Timestamp) {
        let digest = http::digest(token);
        if let Some(known) = self.tokens.iter_mut().find(|known| known.digest == digest) {
            known.expires = known.expires.max(days_after(now, TOKEN_DAYS));
            return;
        }
        let name = match self.tokens.len() {
            0 => "sandbox".to_owned(),
            number => format!("token-{number}"),
        };
        self.tokens.push(ApiToken::new(&name, digest, now));
    }

    /// The authorization server with this id; `default` is the built-in one.
    pub(crate) fn server(&self, id: &str) -> Result<&Server, Refusal> {
        self.servers
            .iter()
            .find(|server| server.answers_to(id))
            .ok_or_else(|| Refusal::not_found(id, "AuthorizationServer"))
    }

    /// The same, to be changed.
    pub(crate) fn server_mut(&mut self, id: &str) -> Result<&mut Server, Refusal> {
        self.servers
            .iter_mut()
            .find(|server| server.answers_to(id))
            .ok_or_else(|| Refusal::not_found(id, "AuthorizationServer"))
    }

    /// The application with this id.
    pub(crate) fn app(&self, id: &str) -> Result<&App, Refusal> {
        self.apps
            .iter()
            .find(|app| app.id == id)
            .ok_or_else(|| Refusal::not_found(id, "AppInstance"))
    }

    /// The same, to be changed.
    pub(crate) fn app_mut(&mut self, id: &str) -> Result<&mut App, Refusal> {
        self.apps
            .iter_mut()
            .find(|app| app.id == id)
            .ok_or_else(|| Refusal::not_found(id, "AppInstance"))
    }

    /// The application that has this client id.
    pub(crate) fn client(&self, client_id: &str) -> Option<&App> {
        self.apps.iter().find(|app| app.client_id == client_id)
    }
}

impl ApiToken {
    /// A new token that may be used from anywhere.
    pub(crate) fn new(name: &str, digest: String, now: Timestamp) -> Self {
        Self {
            id: http::id("00T"),
            name: name.to_owned(),
            digest,
            network: serde_json::json!({ "connection": "ANYWHERE" }),
            created: now,
            last_updated: now,
            expires: days_after(now, TOKEN_DAYS),
        }
    }

    /// Whether it was used within the last 30 days.
    pub(crate) fn is_alive(&self, now: Timestamp) -> bool {
        self.expires > now
    }
}

/// A time some days later.
pub(crate) fn days_after(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(jiff::SignedDuration::from_hours(days * 24))
        .unwrap_or(at)
}
