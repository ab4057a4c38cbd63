use schemars::JsonSchema;
use serde::Deserialize;

/// A scope of an authorization server.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What it permits, for administrators.
    #[schemars(example = &"Read orders")]
    pub description: Option<String>,
    /// What it permits, for the consent dialog.
    pub display_name: Option<String>,
    /// Whether a person is asked. `required` cannot be granted to `client_credentials`.
    pub consent: Option<Consent>,
    /// Whether the public metadata of the server lists it.
    pub metadata_publish: Option<MetadataPublish>,
    /// Whether it is granted when a client asks for no scope.
    pub default: Option<bool>,
    /// Whether a person may refuse it alone.
    pub optional: Option<bool>,
}

/// Whether a person is asked for consent.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Consent {
    /// Nobody is asked.
    Implicit,
    /// A person is always asked.
    Required,
    /// A person is asked where there is one.
    Flexible,
}

impl Consent {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Implicit => "implicit",
            Self::Required => "required",
            Self::Flexible => "flexible",
        }
    }
}

/// Whether the public metadata lists a scope.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MetadataPublish {
    /// Listed.
    AllClients,
    /// Not listed; Okta's default.
    NoClients,
}

impl MetadataPublish {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::AllClients => "all_clients",
            Self::NoClients => "no_clients",
        }
    }
}

/// Says why Okta would refuse a scope's name; `None` when it would not.
///
/// Rules: <https://developer.okta.com/docs/api/openapi/okta-management/management/tag/AuthorizationServerScopes/>
pub(super) fn reserved(name: &str) -> Option<&'static str> {
    if name == "okta" || name == "*" {
        return Some("Okta reserves it");
    }
    if name.starts_with("okta:")
        || name.starts_with("okta.") && !name.starts_with("okta.myAccount.")
    {
        return Some("names that start with `okta.` or `okta:` are Okta's own");
    }
    if name.contains('<') && name.contains('>') {
        return Some("it may hold `<` or `>` but not both");
    }
    let printable = name
        .chars()
        .all(|c| c.is_ascii_graphic() && c != '"' && c != '\\');
    (!printable).then_some("only printable ASCII without space, `\"` and `\\` is allowed")
}

#[cfg(test)]
mod tests {
    use super::reserved;

    #[test]
    fn oktas_own_names_are_refused() {
        for name in [
            "okta",
            "*",
            "okta.apps.read",
            "okta:x",
            "a b",
            "a\"b",
            "<a>",
            "ä",
        ] {
            assert!(reserved(name).is_some(), "{name}");
        }
        for name in [
            "orders.read",
            "okta.myAccount.email.read",
            "a:b",
            "<a",
            "openid",
        ] {
            assert!(reserved(name).is_none(), "{name}");
        }
    }
}
