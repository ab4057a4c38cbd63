use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::{Listed, Refusal, stamp};
use super::super::state::{Status, days_after};
use super::{Claim, Policy, Scope, SigningKey};

/// Days between two rotations that nobody asked for.
const ROTATION_DAYS: i64 = 90;

/// Which domain the issuer names; the sandbox has but one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum IssuerMode {
    /// The org's own.
    OrgUrl,
    /// A custom one.
    CustomUrl,
    /// The one of the request.
    Dynamic,
}

/// Who rotates the signing keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum RotationMode {
    /// Okta, every 90 days.
    Auto,
    /// An admin.
    Manual,
}

/// A custom authorization server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Server {
    /// `aus…`.
    pub(crate) id: String,
    /// Not unique.
    pub(crate) name: String,
    /// Null when it was never sent.
    pub(crate) description: Option<String>,
    /// One, in fact.
    pub(crate) audiences: Vec<String>,
    /// How the issuer is made.
    pub(crate) issuer_mode: IssuerMode,
    /// Changed by lifecycle calls alone.
    pub(crate) status: Status,
    /// When it was made.
    pub(crate) created: Timestamp,
    /// When something of it really changed.
    pub(crate) last_updated: Timestamp,
    /// Who rotates its keys.
    pub(crate) rotation_mode: RotationMode,
    /// Whether it is the built-in one, which answers to `default` and cannot go.
    pub(crate) default: bool,
    /// Its keys: the active one, the next one, those before.
    pub(crate) keys: Vec<SigningKey>,
    /// Its scopes, oldest first.
    pub(crate) scopes: Vec<Scope>,
    /// Its claims.
    pub(crate) claims: Vec<Claim>,
    /// Its policies, by priority.
    pub(crate) policies: Vec<Policy>,
    /// Ids of the servers whose tokens it exchanges.
    #[serde(default)]
    pub(crate) trusts: Vec<String>,
}

impl Listed for Server {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Server {
    /// Whether a path segment means this server.
    pub(crate) fn answers_to(&self, segment: &str) -> bool {
        self.id == segment || self.default && segment == "default"
    }

    /// Whether a search in lower case means it: names and audiences are looked at, from their start.
    pub(crate) fn is_meant_by(&self, q: &str) -> bool {
        let meant = |text: &String| text.to_lowercase().starts_with(q);
        meant(&self.name) || self.audiences.iter().any(meant)
    }

    /// How links and the issuer name it: the built-in one is `default` there, however it was addressed.
    pub(crate) fn segment(&self) -> &str {
        if self.default { "default" } else { &self.id }
    }

    /// The issuer.
    pub(crate) fn issuer(&self, origin: &str) -> String {
        format!("{origin}/oauth2/{}", self.segment())
    }

    /// The management URL that all its links start with.
    pub(crate) fn href(&self, origin: &str) -> String {
        format!("{origin}/api/v1/authorizationServers/{}", self.segment())
    }

    /// The policy with this id.
    pub(crate) fn policy(&self, id: &str) -> Result<&Policy, Refusal> {
        self.policies
            .iter()
            .find(|policy| policy.id == id)
            .ok_or_else(|| Refusal::not_found(id, "Policy"))
    }

    /// The same, to be changed.
    pub(crate) fn policy_mut(&mut self, id: &str) -> Result<&mut Policy, Refusal> {
        self.policies
            .iter_mut()
            .find(|policy| policy.id == id)
            .ok_or_else(|| Refusal::not_found(id, "Policy"))
    }

    /// What the API shows, in the recorded order of keys.
    pub(crate) fn wire(&self, origin: &str) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "audiences": self.audiences,
            "issuer": self.issuer(origin),
            "issuerMode": self.issuer_mode,
            "status": self.status,
            "created": stamp(self.created),
            "lastUpdated": stamp(self.last_updated),
            "credentials": { "signing": self.signing() },
            "default": self.default,
            "_links": self.links(origin),
        })
    }

    fn signing(&self) -> Value {
        let (kid, rotated) = self
            .keys
            .iter()
            .find(|key| key.is_active())
            .map_or(("", self.created), |key| (key.kid.as_str(), key.created));
        let mut signing = json!({
            "kid": kid,
            "rotationMode": self.rotation_mode,
            "lastRotated": stamp(rotated),
        });
        if self.rotation_mode == RotationMode::Auto
            && let Some(signing) = signing.as_object_mut()
        {
            let next = stamp(days_after(rotated, ROTATION_DAYS));
            signing.insert("nextRotation".to_owned(), next.into());
        }
        signing
    }

    fn links(&self, origin: &str) -> Value {
        let href = self.href(origin);
        let issuer = self.issuer(origin);
        let to = |path: &str, allow: &[&str]| json!({ "href": format!("{href}{path}"), "hints": { "allow": allow } });
        let metadata = |name: &str| {
            json!({
                "name": name,
                "href": format!("{issuer}/.well-known/{name}"),
                "hints": { "allow": ["GET"] },
            })
        };
        let switch = self.status.switch();
        json!({
            "rotateKey": to("/credentials/lifecycle/keyRotate", &["POST"]),
            "metadata": [metadata("oauth-authorization-server"), metadata("openid-configuration")],
            "keys": to("/credentials/keys", &["GET"]),
            "claims": to("/claims", &["GET", "POST"]),
            "policies": to("/policies", &["GET", "POST"]),
            "self": to("", &["GET", "DELETE", "PUT"]),
            "scopes": to("/scopes", &["GET", "POST"]),
            switch: to(&format!("/lifecycle/{switch}"), &["POST"]),
        })
    }
}
