use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::Value;
use uuid::Uuid;

use super::portal::Portal;
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok};
use crate::sandbox::konnect::dcr::enrolment::unregister_all;
use crate::sandbox::konnect::state::{KonnectState, entry, entry_mut};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::labels::{merge, new_labels};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

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

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/portals", get(list).post(create))
        .route(
            "/v3/portals/{portal}",
            get(read).patch(update).delete(delete),
        )
}

/// The default strategy that a portal has after a body: another, none, or the one it had.
fn default_strategy(
    state: &KonnectState,
    body: &Value,
    had: Option<Uuid>,
) -> Result<Option<Uuid>, Problem> {
    const FIELD: &str = "default_application_auth_strategy_id";
    match body.get(FIELD) {
        None => Ok(had),
        Some(Value::Null) => Ok(None),
        Some(id) => {
            let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok());
            match id.filter(|id| state.strategies.contains_key(id)) {
                Some(id) => Ok(Some(id)),
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
        let strategy = default_strategy(state, &body, None)?;
        let name = body.get("name").and_then(Value::as_str);
        let mut portal = Portal::new(state, name.unwrap_or_default(), now);
        portal.take(&body);
        portal.default_strategy = strategy;
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
        let old = entry(&state.portals, &portal)?;
        let (id, had) = (old.id, old.default_strategy);
        BODY.check_update(&body)?;
        if name_is_taken(state, &body, Some(id)) {
            return Err(Problem::conflict("portal name is used already"));
        }
        let strategy = default_strategy(state, &body, had)?;
        let portal = entry_mut(&mut state.portals, &portal)?;
        portal.take(&body);
        portal.default_strategy = strategy;
        merge(
            &mut portal.labels,
            body.get("labels").unwrap_or(&Value::Null),
        );
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
        state.children.retain(|child| child.parent != id);
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
