use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::super::http::id;

/// Which token a claim goes into.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ClaimType {
    /// The access token.
    Resource,
    /// The identity token.
    Identity,
}

/// Where the value comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum ValueType {
    /// An expression in Okta's language.
    Expression,
    /// The groups of the person that a filter lets through.
    Groups,
    /// Okta itself.
    System,
}

/// How the names of groups are matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum GroupFilter {
    /// From the start.
    StartsWith,
    /// As a whole.
    Equals,
    /// Anywhere.
    Contains,
    /// By a regular expression.
    Regex,
}

/// A claim of an authorization server; its natural key is type and name together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Claim {
    /// `ocl…`.
    pub(crate) id: String,
    /// As it stands in the token.
    pub(crate) name: String,
    /// Whether it is used; set by PUT, there is no lifecycle.
    pub(crate) status: super::super::state::Status,
    /// Which token it goes into.
    pub(crate) kind: ClaimType,
    /// Where the value comes from.
    pub(crate) value_type: ValueType,
    /// The expression or the filter; system claims have none.
    pub(crate) value: Option<String>,
    /// Names of scopes, one of which must be granted; none: always.
    pub(crate) scopes: Vec<String>,
    /// Whether Okta made it.
    pub(crate) system: bool,
    /// Always true for access tokens.
    pub(crate) always: bool,
    /// Only with groups.
    pub(crate) group_filter: Option<GroupFilter>,
}

/// The subject: of the person if there is one, else the client.
const SUBJECT: &str = "(appuser != null) ? appuser.userName : app.clientId";

impl Claim {
    /// One of the claims that every server has; the one without a scope is the subject.
    pub(crate) fn system(name: &str, scope: &str, always: bool) -> Self {
        let subject = scope.is_empty();
        Self {
            id: id("ocl"),
            name: name.to_owned(),
            status: super::super::state::Status::Active,
            kind: if subject {
                ClaimType::Resource
            } else {
                ClaimType::Identity
            },
            value_type: if subject {
                ValueType::Expression
            } else {
                ValueType::System
            },
            value: subject.then(|| SUBJECT.to_owned()),
            scopes: if subject {
                Vec::new()
            } else {
                vec![scope.to_owned()]
            },
            system: true,
            always,
            group_filter: None,
        }
    }

    /// What the API shows below the server's URL, in the recorded order of keys.
    pub(crate) fn wire(&self, server: &str) -> Value {
        let mut wire = Map::new();
        let mut add = |key: &str, value: Value| wire.insert(key.to_owned(), value);
        add("id", self.id.clone().into());
        add("name", self.name.clone().into());
        add("status", json!(self.status));
        add("claimType", json!(self.kind));
        add("valueType", json!(self.value_type));
        if let Some(value) = &self.value {
            add("value", value.clone().into());
        }
        add("conditions", json!({ "scopes": self.scopes }));
        add("system", self.system.into());
        add("alwaysIncludeInToken", self.always.into());
        add("apiResourceId", Value::Null);
        if let Some(filter) = self.group_filter {
            add("group_filter_type", json!(filter));
        }
        let href = format!("{server}/claims/{}", self.id);
        let links =
            json!({ "self": { "href": href, "hints": { "allow": ["GET", "PUT", "DELETE"] } } });
        add("_links", links);
        Value::Object(wire)
    }
}
