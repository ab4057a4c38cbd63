use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::application::{Application, Owner};
use super::developer::Developer;
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok};
use crate::sandbox::konnect::dcr::enrolment::{NewApplication, enrol, withdraw};
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::labels::new_labels;
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

static OWNER: Body = Body::closed(&[
    Field::required("type", Shape::Choice(&["developer", "team"])),
    Field::required("id", Shape::Uuid),
]);
static CREATE: Body = Body::closed(&[
    Field::required("name", Shape::Text(0, 255)),
    Field::required("owner", Shape::Object(&OWNER)),
    Field::new("auth_strategy_id", Shape::Uuid),
    Field::new("description", Shape::Text(0, 255)),
    Field::new("dcr_client_id", Shape::Text(0, 255)),
    Field::new("client_id", Shape::Text(0, 255)),
    Field::new("labels", Shape::Labels(true)),
]);
static UPDATE: Body = Body::closed(&[Field::new("owner", Shape::Object(&OWNER))]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("developer_id", Operators::Uuid, "_developer_id"),
        ("team_id", Operators::Uuid, "_team_id"),
        ("name", Operators::Text, "name"),
    ],
    sorts: &[
        ("created_at", "created_at"),
        ("developer_id", "_developer_id"),
        ("name", "name"),
    ],
};
static DEVELOPER_COLUMNS: Columns = Columns {
    filters: &[("id", Operators::Text, "id")],
    sorts: &[("id", "id")],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/portals/{portal}/applications", get(list).post(create))
        .route(
            "/v3/portals/{portal}/applications/{application}",
            get(read).patch(update).delete(delete),
        )
        .route(
            "/v3/portals/{portal}/applications/{application}/developers",
            get(developers),
        )
}

/// The owner that a checked body names, if it exists in the portal.
fn owner_of(state: &KonnectState, portal: Uuid, body: &Value) -> Result<Option<Owner>, Problem> {
    let Some(owner) = body.get("owner") else {
        return Ok(None);
    };
    let owner: Option<Owner> = serde_json::from_value(owner.clone()).ok();
    let exists = match owner {
        Some(Owner::Developer(id)) => state.developers.get(&id).map(|d| d.portal),
        Some(Owner::Team(id)) => state.teams.get(&id).map(|team| team.portal),
        None => None,
    };
    if exists != Some(portal) {
        return Err(Invalid::missing("owner.id", "owner").into());
    }
    Ok(owner)
}

async fn list(State(konnect): State<Konnect>, Path(portal): Path<String>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        let applications = state.applications.values();
        let applications = applications.filter(|app| app.portal == portal);
        let view = |app: &Application| app.view(state);
        query.page_of(applications, view, &COLUMNS).map(ok)
    })
}

async fn create(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(body): Sent,
) -> Answer {
    CREATE.check(&body)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let new = konnect.state.read(|state| {
        // the contract has no 404 here
        let portal = entry(&state.portals, &portal)
            .map_err(|_| Invalid::missing("portalId", "portal").of("path"))?;
        let owner = owner_of(state, portal.id, &body)?.ok_or_else(Problem::not_found)?;
        Ok::<_, Problem>(NewApplication {
            portal: portal.id,
            owner,
            name: text("name").unwrap_or_default(),
            description: text("description"),
            strategy: text("auth_strategy_id").and_then(|id| Uuid::try_parse(&id).ok()),
            client_id: text("client_id"),
            dcr_client_id: text("dcr_client_id"),
            redirect_uri: None,
            scopes: Vec::new(),
            labels: new_labels(&body),
        })
    })?;
    // a secret made here is lost: the contract's answer has no place for it
    let (id, _) = enrol(&konnect, new).await?;
    konnect.state.read(|state| {
        let application = state.applications.get(&id).ok_or_else(Problem::not_found)?;
        Ok(created(application.view(state)))
    })
}

async fn read(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
) -> Answer {
    konnect.state.read(|state| {
        let application = state.portal_application(&portal, &application)?;
        Ok(ok(application.view(state)))
    })
}

async fn update(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let application = state.portal_application(&portal, &application)?;
        let (id, portal) = (application.id, application.portal);
        UPDATE.check(&body)?;
        let owner = owner_of(state, portal, &body)?;
        if let Some(application) = state.applications.get_mut(&id) {
            application.owner = owner.unwrap_or(application.owner);
            application.updated_at = now;
        }
        let view = state.applications.get(&id).map(|app| app.view(state));
        Ok(ok(view.ok_or_else(Problem::not_found)?))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let id = konnect
        .state
        .read(|state| Ok::<_, Problem>(state.portal_application(&portal, &application)?.id))?;
    withdraw(&konnect, id).await
}

async fn developers(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let application: &Application = state.portal_application(&portal, &application)?;
        let members = state.developers.values();
        let members = members.filter(|d| application.belongs_to(d.id, state));
        Ok::<_, Problem>(members.map(short).collect())
    })?;
    query.page(items, &DEVELOPER_COLUMNS).map(ok)
}

fn short(developer: &Developer) -> Value {
    json!({
        "id": developer.id,
        "email": developer.email,
        "full_name": developer.full_name,
    })
}
