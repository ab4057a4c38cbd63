use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::stamp;
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::strategies::strategy::Method;
use crate::sandbox::konnect::wire::problem::Problem;

/// A developer's application in one portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Application {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) portal: Uuid,
    pub(in crate::sandbox) owner: Owner,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) description: Option<String>,
    pub(in crate::sandbox) strategy: Uuid,
    /// None with key-auth.
    pub(in crate::sandbox) client_id: Option<String>,
    pub(in crate::sandbox) client_origin: ClientOrigin,
    pub(in crate::sandbox) redirect_uri: Option<String>,
    pub(in crate::sandbox) scopes: Vec<String>,
    pub(in crate::sandbox::konnect) labels: Map<String, Value>,
    pub(in crate::sandbox) created_at: Timestamp,
    pub(in crate::sandbox) updated_at: Timestamp,
}

/// Where an application's client comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum ClientOrigin {
    /// Konnect registered it, and deletes it with the application.
    Registered,
    /// It was there before. That it outlives the application is an assumption.
    Linked,
    /// Konnect does not know the identity provider.
    SelfManaged,
}

/// Whom an application belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", content = "id", rename_all = "snake_case")]
pub(in crate::sandbox) enum Owner {
    /// One developer.
    Developer(Uuid),
    /// Each developer of a team.
    Team(Uuid),
}

impl Owner {
    /// The developer, if it is one.
    pub(in crate::sandbox::konnect) fn developer(self) -> Option<Uuid> {
        match self {
            Self::Developer(id) => Some(id),
            Self::Team(_) => None,
        }
    }

    /// The team, if it is one.
    pub(in crate::sandbox) fn team(self) -> Option<Uuid> {
        match self {
            Self::Developer(_) => None,
            Self::Team(id) => Some(id),
        }
    }
}

/// A client that Konnect registered and whose application is gone.
#[derive(Debug)]
pub(in crate::sandbox::konnect) struct Orphan {
    pub(in crate::sandbox::konnect) client_id: String,
    pub(in crate::sandbox::konnect) provider: Uuid,
}

impl Application {
    /// As the admin API shows it.
    pub(in crate::sandbox::konnect) fn view(&self, state: &KonnectState) -> Value {
        let strategy = state.strategies.get(&self.strategy);
        let registrations = state.registrations_of(self.id).count();
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "labels": self.labels,
            "owner": self.owner,
            "portal": { "id": self.portal },
            "registration_count": registrations,
            "auth_strategy": strategy.map(crate::sandbox::konnect::strategies::strategy::Strategy::summary),
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "_developer_id": self.owner.developer(),
            "_team_id": self.owner.team(),
        });
        let with_client = strategy.is_some_and(|s| s.method == Method::OpenidConnect);
        if let (true, Some(map)) = (with_client, view.as_object_mut()) {
            let provider = strategy.and_then(|s| s.provider);
            map.insert("client_id".to_owned(), json!(self.client_id));
            map.insert(
                "dcr_provider".to_owned(),
                provider.map_or(Value::Null, |id| json!({ "id": id })),
            );
            let scopes = (!self.scopes.is_empty()).then_some(&self.scopes);
            map.insert("granted_scopes".to_owned(), json!(scopes));
        }
        view
    }

    /// Whether a developer may see and change it.
    pub(in crate::sandbox) fn belongs_to(&self, developer: Uuid, state: &KonnectState) -> bool {
        match self.owner {
            Owner::Developer(owner) => owner == developer,
            Owner::Team(team) => state
                .teams
                .get(&team)
                .is_some_and(|team| team.developers.contains(&developer)),
        }
    }
}

impl KonnectState {
    /// An application of the portal in a path.
    pub(in crate::sandbox::konnect) fn portal_application(
        &self,
        portal: &str,
        application: &str,
    ) -> Result<&Application, Problem> {
        let portal = entry(&self.portals, portal)?.id;
        let application = entry(&self.applications, application)?;
        if application.portal != portal {
            return Err(Problem::not_found());
        }
        Ok(application)
    }

    /// Removes applications with their registrations and keys, and says which clients stay behind.
    pub(in crate::sandbox::konnect) fn take_applications(
        &mut self,
        which: impl Fn(&Application) -> bool,
    ) -> Vec<Orphan> {
        let mut orphans = Vec::new();
        let mut gone = Vec::new();
        for application in self.applications.values().filter(|app| which(app)) {
            gone.push(application.id);
            orphans.extend(self.client_of(application));
        }
        self.applications.retain(|id, _| !gone.contains(id));
        self.registrations
            .retain(|_, registration| !gone.contains(&registration.application));
        self.credentials
            .retain(|_, credential| !gone.contains(&credential.application));
        orphans
    }

    /// The client that has to go with an application.
    pub(in crate::sandbox::konnect) fn client_of(
        &self,
        application: &Application,
    ) -> Option<Orphan> {
        if application.client_origin != ClientOrigin::Registered {
            return None;
        }
        Some(Orphan {
            client_id: application.client_id.clone()?,
            provider: self.strategies.get(&application.strategy)?.provider?,
        })
    }
}
