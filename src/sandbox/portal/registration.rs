use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};

use super::application::own;
use super::session::LoggedIn;
use crate::sandbox::konnect::{
    Answer, Body, Columns, Developer, Field, Konnect, KonnectState, Operators, Problem, Query,
    Registration, Sent, Shape, created, entry, ok, stamp,
};

static CREATE: Body = Body::open(&[Field::required("api_id", Shape::Uuid)]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("api_name", Operators::Short, "api_name"),
        ("status", Operators::Short, "status"),
    ],
    sorts: &[
        ("api_name", "api_name"),
        ("status", "status"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};

pub(super) fn routes() -> Router<Konnect> {
    const OF_ONE: &str = "/api/v3/applications/{application}/registrations";
    Router::new().route(OF_ONE, get(list).post(create)).route(
        &format!("{OF_ONE}/{{registration}}"),
        get(read).delete(delete),
    )
}

fn view(registration: &Registration, state: &KonnectState) -> Value {
    let api = state.apis.get(&registration.api);
    json!({
        "id": registration.id,
        "status": registration.status,
        "application_id": registration.application,
        "api_id": registration.api,
        "api_name": api.map(|api| api.name.as_str()),
        "api_slug": api.and_then(|api| api.slug.as_deref()),
        "created_at": stamp(registration.created_at),
        "updated_at": stamp(registration.updated_at),
    })
}

fn found<'a>(
    state: &'a KonnectState,
    developer: &Developer,
    application: &str,
    registration: &str,
) -> Result<&'a Registration, Problem> {
    let application = own(state, developer, application)?.id;
    let registration = entry(&state.registrations, registration)?;
    if registration.application != application {
        return Err(Problem::not_found());
    }
    Ok(registration)
}

async fn list(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let application = own(state, &developer, &application)?.id;
        let registrations = state.registrations_of(application);
        Ok::<_, Problem>(registrations.map(|r| view(r, state)).collect())
    })?;
    query.page(items, &COLUMNS).map(ok)
}

/// A developer asks; whether it is approved at once, portal and publication decide.
async fn create(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let application = own(state, &developer, &application)?.clone();
        CREATE.check(&body)?;
        let registration = state.register(&application, &body, None, now)?;
        Ok(created(view(&registration, state)))
    })
}

async fn read(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path((application, registration)): Path<(String, String)>,
) -> Answer {
    konnect.state.read(|state| {
        let registration = found(state, &developer, &application, &registration)?;
        Ok(ok(view(registration, state)))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path((application, registration)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let id = found(state, &developer, &application, &registration)?.id;
        state.registrations.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}
