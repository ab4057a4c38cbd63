use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::http::{Listed, Refusal, id};

/// Whether a person has to agree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum Consent {
    /// Never.
    Implicit,
    /// Always; no machine can have such a scope.
    Required,
    /// When a person is there to be asked.
    Flexible,
}

/// Whether discovery names the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Publish {
    /// It does.
    AllClients,
    /// It does not.
    NoClients,
}

/// A scope of an authorization server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Scope {
    /// `scp…`.
    pub(crate) id: String,
    /// Unique in its server.
    pub(crate) name: String,
    /// Shown only if it was ever sent.
    pub(crate) display_name: Option<String>,
    /// Free text.
    pub(crate) description: Option<String>,
    /// Whether Okta made it.
    pub(crate) system: bool,
    /// Whether discovery names it.
    pub(crate) publish: Publish,
    /// Whether a person has to agree.
    pub(crate) consent: Consent,
    /// Whether a person may leave it out.
    pub(crate) optional: bool,
    /// Whether it is given when a client asks for none.
    pub(crate) default: bool,
}

impl Listed for Scope {
    fn id(&self) -> &str {
        &self.id
    }
}

impl Scope {
    /// One of the scopes that every server has.
    pub(crate) fn system(name: &str, title: &str, description: &str) -> Self {
        Self {
            id: id("scp"),
            name: name.to_owned(),
            display_name: Some(title.to_owned()),
            description: Some(description.to_owned()),
            system: true,
            publish: Publish::AllClients,
            consent: Consent::Implicit,
            optional: false,
            default: false,
        }
    }

    /// What the API shows below the server's URL, in the recorded order of keys.
    pub(crate) fn wire(&self, server: &str) -> Value {
        let mut wire = Map::new();
        let mut add = |key: &str, value: Value| wire.insert(key.to_owned(), value);
        add("id", self.id.clone().into());
        add("name", self.name.clone().into());
        if let Some(name) = &self.display_name {
            add("displayName", name.clone().into());
        }
        add("description", self.description.clone().into());
        add("system", self.system.into());
        add("metadataPublish", json!(self.publish));
        add("consent", json!(self.consent));
        add("optional", self.optional.into());
        add("apiResourceId", Value::Null);
        add("default", self.default.into());
        let href = format!("{server}/scopes/{}", self.id);
        let links =
            json!({ "self": { "href": href, "hints": { "allow": ["GET", "PUT", "DELETE"] } } });
        add("_links", links);
        Value::Object(wire)
    }
}

/// Scopes of Okta's own that may nevertheless be made by hand since July 2024.
const OWN_ACCOUNT: &str = "okta.myAccount.";

/// The rules for names; see "OAuth 2.0 Scope" in Okta's API reference.
pub(super) fn check_name(name: &str) -> Result<(), Refusal> {
    let refuse = |reason| Err(Refusal::invalid("name", reason));
    let printable = |c: char| c.is_ascii_graphic() && c != '"' && c != '\\';
    if !name.chars().all(printable) {
        return refuse("The name may hold printable ASCII characters except space, \" and \\.");
    }
    if name.contains('<') && name.contains('>') {
        return refuse("The name may not hold both < and >.");
    }
    let taken = matches!(name, "okta" | "*" | "groups") || name.starts_with("okta:");
    if taken || name.starts_with("okta.") && !name.starts_with(OWN_ACCOUNT) {
        return refuse("The name is reserved.");
    }
    Ok(())
}
