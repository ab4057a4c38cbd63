use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::body::{Body, Field, Sent, Shape, merge, new_labels};
use super::context::{Answer, Konnect, created, ok, stamp};
use super::enrolment::unregister_all;
use super::listing::{Columns, Operators, Query};
use super::problem::{Invalid, Problem};
use super::slug::slugify;
use super::state::{KonnectState, entry, entry_mut};

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
    labels: Map<String, Value>,
    /// None for the portal at the plain origin.
    subdomain: Option<String>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

const VISIBILITY: Shape = Shape::Choice(&["public", "private"]);

static BODY: Body = Body::closed(&[
    Field::required("name", Shape::Text(1, 255)),
    Field::new("display_name", Shape::Text(1, 255)),
    Field::nullable("description", Shape::Text(0, 512)),
    Field::new("authentication_enabled", Shape::Flag),
    Field::new("rbac_enabled", Shape::Flag),
    Field::new("sipr_enabled", Shape::Flag),
    Field::new("default_api_visibility", VISIBILITY),
    Field::new("default_page_visibility", VISIBILITY),
    Field::nullable("default_application_auth_strategy_id", Shape::Uuid),
    Field::new("auto_approve_developers", Shape::Flag),
    Field::new("auto_approve_applications", Shape::Flag),
    Field::new(
        "notifications_developer_pii_visibility_enabled",
        Shape::Flag,
    ),
    Field::new("labels", Shape::Labels(true)),
    Field::new("id", Shape::Ignored),
    Field::new("created_at", Shape::Ignored),
    Field::new("updated_at", Shape::Ignored),
    Field::new("default_domain", Shape::Ignored),
    Field::new("canonical_domain", Shape::Ignored),
]);

static COLUMNS: Columns = Columns {
    filters: &[
        ("id", Operators::Uuid, "id"),
        ("name", Operators::Text, "name"),
        ("description", Operators::Text, "description"),
        (
            "authentication_enabled",
            Operators::Flag,
            "authentication_enabled",
        ),
        ("rbac_enabled", Operators::Flag, "rbac_enabled"),
        (
            "default_api_visibility",
            Operators::Text,
            "default_api_visibility",
        ),
        (
            "default_page_visibility",
            Operators::Text,
            "default_page_visibility",
        ),
        (
            "default_application_auth_strategy_id",
            Operators::Uuid,
            "default_application_auth_strategy_id",
        ),
        (
            "auto_approve_developers",
            Operators::Flag,
            "auto_approve_developers",
        ),
        (
            "auto_approve_applications",
            Operators::Flag,
            "auto_approve_applications",
        ),
        ("default_domain", Operators::Text, "default_domain"),
        ("canonical_domain", Operators::Text, "canonical_domain"),
    ],
    sorts: &[
        ("name", "name"),
        ("description", "description"),
        ("authentication_enabled", "authentication_enabled"),
        ("rbac_enabled", "rbac_enabled"),
        ("auto_approve_applications", "auto_approve_applications"),
        ("auto_approve_developers", "auto_approve_developers"),
        ("default_domain", "default_domain"),
        ("canonical_domain", "canonical_domain"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};

pub(super) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/portals", get(list).post(create))
        .route(
            "/v3/portals/{portal}",
            get(read).patch(update).delete(delete),
        )
}

impl Portal {
    /// A portal with the vendor's defaults.
    pub(super) fn new(state: &KonnectState, name: &str, now: Timestamp) -> Self {
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

    pub(super) fn auto_approve_applications(&self) -> bool {
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
    pub(super) fn default_api_visibility(&self) -> &str {
        self.settings
            .get("default_api_visibility")
            .and_then(Value::as_str)
            .unwrap_or("private")
    }

    /// As an API shows it.
    pub(super) fn summary(&self) -> Value {
        json!({ "id": self.id, "name": self.name, "display_name": self.display_name })
    }

    fn view(&self, authority: &str) -> Value {
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

    fn take(&mut self, body: &Value, default_strategy: Option<Option<Uuid>>) {
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        if let Some(name) = body.get("display_name").and_then(Value::as_str) {
            name.clone_into(&mut self.display_name);
        }
        if let Some(description) = body.get("description") {
            self.description = description.as_str().map(str::to_owned);
        }
        if let Some(strategy) = default_strategy {
            self.default_strategy = strategy;
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
    (1..)
        .map(|n| {
            if n == 1 {
                slug.clone()
            } else {
                format!("{slug}-{n}")
            }
        })
        .find(|wanted| !taken(wanted))
}

/// The default strategy that a body names: nothing said, none, or one that exists.
fn default_strategy(state: &KonnectState, body: &Value) -> Result<Option<Option<Uuid>>, Problem> {
    const FIELD: &str = "default_application_auth_strategy_id";
    match body.get(FIELD) {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(id) => {
            let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok());
            match id.filter(|id| state.strategies.contains_key(id)) {
                Some(id) => Ok(Some(Some(id))),
                None => Err(Invalid::missing(FIELD, "auth strategy").into()),
            }
        }
    }
}

fn name_is_taken(state: &KonnectState, body: &Value, but: Option<Uuid>) -> bool {
    let name = body.get("name").and_then(Value::as_str);
    let mut portals = state.portals.values();
    portals.any(|portal| Some(portal.name.as_str()) == name && Some(portal.id) != but)
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    let authority = konnect.portal_authority();
    let items = konnect.state.read(|state| {
        let portals = state.portals.values();
        portals.map(|portal| portal.view(&authority)).collect()
    });
    query.page(items, &COLUMNS).map(ok)
}

async fn create(State(konnect): State<Konnect>, Sent(body): Sent) -> Answer {
    let now = konnect.state.now();
    let authority = konnect.portal_authority();
    BODY.check(&body)?;
    konnect.state.write(|state| {
        if name_is_taken(state, &body, None) {
            return Err(Problem::conflict("portal name is used already"));
        }
        let strategy = default_strategy(state, &body)?;
        let name = body.get("name").and_then(Value::as_str);
        let mut portal = Portal::new(state, name.unwrap_or_default(), now);
        portal.take(&body, strategy);
        portal.labels = new_labels(&body);
        let view = portal.view(&authority);
        state.portals.insert(portal.id, portal);
        Ok(created(view))
    })
}

async fn read(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    let authority = konnect.portal_authority();
    konnect
        .state
        .read(|state| Ok(ok(entry(&state.portals, &portal)?.view(&authority))))
}

async fn update(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    let authority = konnect.portal_authority();
    konnect.state.write(|state| {
        let id = entry(&state.portals, &portal)?.id;
        BODY.check_update(&body)?;
        if name_is_taken(state, &body, Some(id)) {
            return Err(Problem::conflict("portal name is used already"));
        }
        let strategy = default_strategy(state, &body)?;
        let portal = entry_mut(&mut state.portals, &portal)?;
        portal.take(&body, strategy);
        match body.get("labels") {
            Some(labels) => merge(&mut portal.labels, labels),
            None => {}
        }
        portal.updated_at = now;
        Ok(ok(portal.view(&authority)))
    })
}

/// Deletes all that belongs to the portal. Published APIs hinder it unless forced; with which
/// status is not documented.
async fn delete(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    query: Query,
) -> Result<StatusCode, Problem> {
    let choices = ["true", "false"];
    let force = query.value("force").unwrap_or("false");
    if !choices.contains(&force) {
        let reason = "must be one of: true, false";
        let invalid = Invalid::new("force", "enum", reason).choices(&choices);
        return Err(invalid.of("query").into());
    }
    let clients = konnect.state.write(|state| {
        let id = entry(&state.portals, &portal)?.id;
        let published = state.publications.iter().any(|p| p.portal == id);
        if published && force != "true" {
            return Err(Problem::conflict("portal has published APIs"));
        }
        let clients = state.take_applications(|app| app.portal == id);
        state.publications.retain(|p| p.portal != id);
        state.teams.retain(|_, team| team.portal != id);
        let developers = &state.developers;
        state.sessions.retain(|session| {
            let developer = developers.get(&session.developer);
            developer.is_some_and(|developer| developer.portal != id)
        });
        state.developers.retain(|_, d| d.portal != id);
        state.portals.shift_remove(&id);
        Ok(clients)
    })?;
    unregister_all(&konnect, clients).await;
    Ok(StatusCode::NO_CONTENT)
}
