use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::stamp;
use crate::sandbox::konnect::state::KonnectState;

/// An application auth strategy: how applications prove who they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Strategy {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) display_name: String,
    pub(in crate::sandbox) method: Method,
    /// What stands below the one key of `configs`.
    pub(in crate::sandbox::konnect) config: Map<String, Value>,
    pub(in crate::sandbox::konnect) provider: Option<Uuid>,
    pub(in crate::sandbox::konnect) labels: Map<String, Value>,
    pub(in crate::sandbox::konnect) principals: Option<Value>,
    pub(in crate::sandbox::konnect) created_at: Timestamp,
    pub(in crate::sandbox::konnect) updated_at: Timestamp,
}

/// The two ways of proving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Method {
    /// An API key.
    KeyAuth,
    /// A token of an identity provider.
    OpenidConnect,
}

impl KonnectState {
    /// Whether something published uses a strategy.
    pub(in crate::sandbox::konnect) fn is_active(&self, strategy: Uuid) -> bool {
        self.publications
            .iter()
            .any(|publication| publication.strategy == Some(strategy))
    }
}

impl Method {
    /// The key below `configs`.
    pub(in crate::sandbox::konnect) fn config_key(self) -> &'static str {
        match self {
            Self::KeyAuth => "key-auth",
            Self::OpenidConnect => "openid-connect",
        }
    }
}

impl Strategy {
    /// The key-auth strategy that comes with a portal.
    pub(in crate::sandbox::konnect) fn built_in(now: Timestamp) -> Self {
        let mut config = Map::new();
        config.insert("key_names".to_owned(), json!(["apikey"]));
        Self {
            id: Uuid::new_v4(),
            name: "key-auth".to_owned(),
            display_name: "key-auth".to_owned(),
            method: Method::KeyAuth,
            config,
            provider: None,
            labels: Map::new(),
            principals: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// A list of strings below `configs`.
    pub(in crate::sandbox) fn texts(&self, key: &str) -> Vec<&str> {
        let items = self.config.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The issuer of an `openid_connect` strategy.
    pub(in crate::sandbox) fn issuer(&self) -> Option<&str> {
        self.config.get("issuer").and_then(Value::as_str)
    }

    /// How long keys last: a number and its unit, `days`, `weeks` or `years`.
    pub(in crate::sandbox) fn ttl(&self) -> Option<(i64, &str)> {
        let ttl = self.config.get("ttl")?;
        Some((ttl.get("value")?.as_i64()?, ttl.get("unit")?.as_str()?))
    }

    /// `credential_type` of applications: with a DCR provider Konnect owns the client.
    pub(in crate::sandbox) fn credential_type(&self) -> &'static str {
        match (self.method, self.provider) {
            (Method::KeyAuth, _) => "key_auth",
            (Method::OpenidConnect, Some(_)) => "client_credentials",
            (Method::OpenidConnect, None) => "self_managed_client_credentials",
        }
    }

    /// As an application shows it.
    pub(in crate::sandbox::konnect) fn summary(&self) -> Value {
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "credential_type": self.credential_type(),
        });
        if let Some(map) = view.as_object_mut() {
            match self.method {
                Method::KeyAuth => {
                    map.insert("key_names".to_owned(), json!(self.texts("key_names")));
                    if let Some(ttl) = self.config.get("ttl") {
                        map.insert("ttl".to_owned(), ttl.clone());
                    }
                }
                Method::OpenidConnect => {
                    map.insert("auth_methods".to_owned(), json!(self.texts("auth_methods")));
                    map.insert("available_scopes".to_owned(), json!(self.texts("scopes")));
                }
            }
        }
        view
    }

    pub(in crate::sandbox::konnect) fn view(&self, state: &KonnectState) -> Value {
        let provider = self.provider.and_then(|id| state.providers.get(&id));
        let mut configs = Map::new();
        configs.insert(
            self.method.config_key().to_owned(),
            Value::Object(self.config.clone()),
        );
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "strategy_type": self.method,
            "configs": configs,
            "active": state.is_active(self.id),
            "dcr_provider": provider.map(crate::sandbox::konnect::dcr::provider::Provider::summary),
            "labels": self.labels,
            "supports_multiple_credentials": self.supports_multiple(state),
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        if let (Some(principals), Some(map)) = (&self.principals, view.as_object_mut()) {
            map.insert("principals".to_owned(), principals.clone());
        }
        view
    }

    /// Whether an application may have several credentials at once: with keys, and where the
    /// vendor's documentation says so of the identity provider.
    pub(in crate::sandbox) fn supports_multiple(&self, state: &KonnectState) -> bool {
        use crate::sandbox::konnect::dcr::provider::ProviderType;
        match (self.method, self.provider) {
            (Method::KeyAuth, _) => true,
            (Method::OpenidConnect, None) => false,
            (Method::OpenidConnect, Some(id)) => {
                state
                    .providers
                    .get(&id)
                    .is_some_and(|provider| match provider.kind {
                        ProviderType::Okta | ProviderType::AzureAd => true,
                        ProviderType::Http => {
                            provider.config.get("allow_multiple_credentials") == Some(&json!(true))
                        }
                        ProviderType::Auth0 | ProviderType::Curity | ProviderType::KongIdentity => {
                            false
                        }
                    })
            }
        }
    }
}
