use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::stamp;
use crate::sandbox::konnect::slug::slugify;
use crate::sandbox::konnect::state::KonnectState;

/// A developer portal.
///
/// One portal answers at the portal origin itself, each further one at `<slug>.localhost` and the
/// same port: names below `localhost` are loopback by RFC 6761.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Portal {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    display_name: String,
    description: Option<String>,
    pub(in crate::sandbox) default_strategy: Option<Uuid>,
    /// The switches and visibilities, by the vendor's names.
    settings: Map<String, Value>,
    pub(in crate::sandbox::konnect) labels: Map<String, Value>,
    /// None for the portal at the plain origin.
    subdomain: Option<String>,
    created_at: Timestamp,
    pub(in crate::sandbox::konnect) updated_at: Timestamp,
}

impl Portal {
    /// A portal with the vendor's defaults.
    pub(in crate::sandbox::konnect) fn new(
        state: &KonnectState,
        name: &str,
        now: Timestamp,
    ) -> Self {
        let settings = json!({
            "authentication_enabled": true,
            "rbac_enabled": false,
            "sipr_enabled": false,
            "default_api_visibility": "private",
            "default_page_visibility": "private",
            "auto_approve_developers": false,
            "auto_approve_applications": false,
            "notifications_developer_pii_visibility_enabled": false,
        });
        Self {
            id: Uuid::new_v4(),
            name: name.to_owned(),
            display_name: name.to_owned(),
            description: None,
            default_strategy: None,
            settings: settings.as_object().cloned().unwrap_or_default(),
            labels: Map::new(),
            subdomain: free_subdomain(state, name),
            created_at: now,
            updated_at: now,
        }
    }

    /// Where its Portal API answers: host and port.
    pub(in crate::sandbox) fn domain(&self, authority: &str) -> String {
        match &self.subdomain {
            None => authority.to_owned(),
            Some(subdomain) => {
                let port = authority.rsplit_once(':').map(|(_, port)| port);
                match port.filter(|port| port.parse::<u16>().is_ok()) {
                    Some(port) => format!("{subdomain}.localhost:{port}"),
                    None => format!("{subdomain}.localhost"),
                }
            }
        }
    }

    /// The first label of its domain; None at the plain origin.
    pub(in crate::sandbox) fn subdomain(&self) -> Option<&str> {
        self.subdomain.as_deref()
    }

    pub(in crate::sandbox::konnect) fn auto_approve_applications(&self) -> bool {
        self.is_set("auto_approve_applications")
    }

    pub(in crate::sandbox) fn auto_approve_developers(&self) -> bool {
        self.is_set("auto_approve_developers")
    }

    /// Whether one of its switches is on.
    pub(in crate::sandbox) fn is_set(&self, name: &str) -> bool {
        self.settings.get(name) == Some(&Value::Bool(true))
    }

    /// What an API is published as when nothing is said.
    pub(in crate::sandbox::konnect) fn default_api_visibility(&self) -> &str {
        self.settings
            .get("default_api_visibility")
            .and_then(Value::as_str)
            .unwrap_or("private")
    }

    /// As an API shows it.
    pub(in crate::sandbox::konnect) fn summary(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "display_name": self.display_name })
    }

    pub(in crate::sandbox::konnect) fn view(&self, authority: &str) -> Value {
        let domain = self.domain(authority);
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "description": self.description,
            "default_application_auth_strategy_id": self.default_strategy,
            "default_domain": domain,
            "canonical_domain": domain,
            "labels": self.labels,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        if let Some(map) = view.as_object_mut() {
            map.extend(self.settings.clone());
        }
        view
    }

    /// Takes the properties in that a checked body names.
    pub(in crate::sandbox::konnect) fn take(&mut self, body: &Value) {
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        if let Some(name) = body.get("display_name").and_then(Value::as_str) {
            name.clone_into(&mut self.display_name);
        }
        if let Some(description) = body.get("description") {
            self.description = description.as_str().map(str::to_owned);
        }
        for (name, setting) in &mut self.settings {
            if let Some(value) = body.get(name) {
                setting.clone_from(value);
            }
        }
    }
}

/// None when the plain origin is free.
fn free_subdomain(state: &KonnectState, name: &str) -> Option<String> {
    if state.portals.values().all(|p| p.subdomain.is_some()) {
        return None;
    }
    let slug = slugify(name);
    let taken = |wanted: &str| {
        let mut portals = state.portals.values();
        portals.any(|p| p.subdomain.as_deref() == Some(wanted))
    };
    (1..=state.portals.len() + 1)
        .map(|n| {
            if n == 1 {
                slug.clone()
            } else {
                format!("{slug}-{n}")
            }
        })
        .find(|wanted| !taken(wanted))
}
