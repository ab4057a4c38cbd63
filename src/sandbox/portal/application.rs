use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::session::LoggedIn;
use super::strategy;
use crate::sandbox::konnect::{
    Answer, Application, Body, ClientOrigin, Columns, Developer, Field, Invalid, Konnect,
    KonnectState, NewApplication, Operators, Owner, Problem, Query, Sent, Shape, created, enrol,
    entry, ok, stamp, withdraw,
};

const TEXT: Shape = Shape::Text(0, 255);
const SCOPES: Shape = Shape::List(&Shape::Text(0, 255), 0, usize::MAX);

static CREATE: Body = Body::closed(&[
    Field::required("name", Shape::Text(1, 255)),
    Field::nullable("description", TEXT),
    Field::nullable("auth_strategy_id", Shape::Uuid),
    Field::new("redirect_uri", Shape::Url(2048)),
    Field::new("client_id", TEXT),
    Field::new("scopes", SCOPES),
    Field::nullable("team_id", Shape::Uuid),
]);
/// The strategy cannot be changed.
static UPDATE: Body = Body::closed(&[
    Field::new("name", Shape::Text(1, 255)),
    Field::nullable("description", TEXT),
    Field::nullable("redirect_uri", Shape::Url(2048)),
    Field::new("client_id", TEXT),
    Field::new("scopes", SCOPES),
    Field::nullable("team_id", Shape::Uuid),
]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("name", Operators::Short, "name"),
        ("auth_strategy_id", Operators::Short, "auth_strategy.id"),
    ],
    sorts: &[
        ("name", "name"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};

pub(super) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/api/v3/applications", get(list).post(create))
        .route(
            "/api/v3/applications/{application}",
            get(read).patch(update).delete(delete),
        )
        .route(
            "/api/v3/applications/{application}/granted-scopes",
            get(granted_scopes),
        )
}

/// An application that the developer may see; others are as if they were not.
pub(super) fn own<'a>(
    state: &'a KonnectState,
    developer: &Developer,
    application: &str,
) -> Result<&'a Application, Problem> {
    let application = entry(&state.applications, application)?;
    if application.portal != developer.portal || !application.belongs_to(developer.id, state) {
        return Err(Problem::not_found());
    }
    Ok(application)
}

fn view(application: &Application, state: &KonnectState) -> Value {
    let strategy = state.strategies.get(&application.strategy);
    let mut view = json!({
        "id": application.id,
        "name": application.name,
        "description": application.description,
        "auth_strategy": strategy.map(|s| strategy::view(s, state)),
        "scopes": application.scopes,
        "created_at": stamp(application.created_at),
        "updated_at": stamp(application.updated_at),
    });
    if let Some(map) = view.as_object_mut() {
        let texts = [
            ("client_id", application.client_id.clone()),
            ("redirect_uri", application.redirect_uri.clone()),
            ("team_id", application.owner.team().map(|id| id.to_string())),
        ];
        for (name, text) in texts {
            if let Some(text) = text {
                map.insert(name.to_owned(), json!(text));
            }
        }
    }
    view
}

/// The team that a checked body names, if the developer is in it.
fn team_of(state: &KonnectState, developer: &Developer, body: &Value) -> Result<Owner, Problem> {
    let Some(id) = body.get("team_id").and_then(Value::as_str) else {
        return Ok(Owner::Developer(developer.id));
    };
    let id = Uuid::try_parse(id).unwrap_or_default();
    if !state.is_member(id, developer.id) {
        return Err(Invalid::missing("team_id", "team").into());
    }
    Ok(Owner::Team(id))
}

fn texts(body: &Value, key: &str) -> Vec<String> {
    let items = body.get(key).and_then(Value::as_array);
    let items = items.into_iter().flatten().filter_map(Value::as_str);
    items.map(str::to_owned).collect()
}

async fn list(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    query: Query,
) -> Answer {
    let team = query.value("team_id");
    let items = konnect.state.read(|state| {
        let applications = state.applications.values();
        let seen = applications.filter(|app| {
            let of_team = app.owner.team().map(|id| id.to_string());
            app.portal == developer.portal
                && app.belongs_to(developer.id, state)
                && team.is_none_or(|team| of_team.as_deref() == Some(team))
        });
        seen.map(|app| view(app, state)).collect()
    });
    query.page(items, &COLUMNS).map(ok)
}

/// The one answer that ever holds the secret of a client registered by Konnect.
async fn create(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Sent(body): Sent,
) -> Answer {
    CREATE.check(&body)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let owner = konnect
        .state
        .read(|state| team_of(state, &developer, &body))?;
    let new = NewApplication {
        portal: developer.portal,
        owner,
        name: text("name").unwrap_or_default(),
        description: text("description"),
        strategy: text("auth_strategy_id").and_then(|id| Uuid::try_parse(&id).ok()),
        client_id: text("client_id"),
        dcr_client_id: None,
        redirect_uri: text("redirect_uri"),
        scopes: texts(&body, "scopes"),
        labels: Map::new(),
    };
    let (id, secret) = enrol(&konnect, new).await?;
    konnect.state.read(|state| {
        let application = state.applications.get(&id).ok_or_else(Problem::not_found)?;
        let mut view = view(application, state);
        if let (Some(secret), Some(map)) = (secret, view.as_object_mut()) {
            map.insert("client_secret".to_owned(), json!(secret));
        }
        Ok(created(view))
    })
}

async fn read(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
) -> Answer {
    konnect.state.read(|state| {
        let application = own(state, &developer, &application)?;
        Ok(ok(view(application, state)))
    })
}

async fn update(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let mut application = own(state, &developer, &application)?.clone();
        UPDATE.check(&body)?;
        let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
        if let Some(client_id) = text("client_id") {
            if application.client_origin != ClientOrigin::SelfManaged {
                let reason = "cannot be set when using Dynamic Client Registration";
                return Err(Invalid::new("client_id", "invalid", reason).into());
            }
            application.client_id = Some(client_id);
        }
        if body.get("team_id").is_some() {
            application.owner = team_of(state, &developer, &body)?;
        }
        application.name = text("name").unwrap_or(application.name);
        if body.get("description").is_some() {
            application.description = text("description");
        }
        if body.get("redirect_uri").is_some() {
            application.redirect_uri = text("redirect_uri");
        }
        if body.get("scopes").is_some() {
            application.scopes = texts(&body, "scopes");
        }
        application.updated_at = now;
        let view = view(&application, state);
        state.applications.insert(application.id, application);
        Ok(ok(view))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
) -> Result<StatusCode, Problem> {
    let id = konnect
        .state
        .read(|state| Ok::<_, Problem>(own(state, &developer, &application)?.id))?;
    withdraw(&konnect, id).await
}

/// With DCR an application may use what its strategy offers; elsewhere nobody can be asked.
async fn granted_scopes(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
) -> Answer {
    konnect.state.read(|state| {
        let application = own(state, &developer, &application)?;
        let strategy = state.strategies.get(&application.strategy);
        match strategy.filter(|s| s.credential_type() == "client_credentials") {
            Some(strategy) => Ok(ok(json!({ "scopes": strategy.texts("scopes") }))),
            None => Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "identity provider does not support this operation",
            )),
        }
    })
}
