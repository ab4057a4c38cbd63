use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post, put};
use jiff::{Timestamp, Zoned};
use serde_json::{Value, json};
use uuid::Uuid;

use super::application::own;
use super::session::LoggedIn;
use super::strategy::{KEYS_AT_MOST, SECRETS_AT_MOST};
use crate::sandbox::konnect::{
    Answer, Application, Body, Columns, Credential, Developer, Digest, Field, Konnect, Method,
    Problem, Query, Registrar, Sent, Shape, Strategy, created, credentials_of, entry, ok,
    registered_client,
};

static BODY: Body = Body::open(&[Field::new("display_name", Shape::Text(0, 255))]);
static COLUMNS: Columns = Columns {
    filters: &[],
    sorts: &[],
};

pub(super) fn routes() -> Router<Konnect> {
    const OF_ONE: &str = "/api/v3/applications/{application}/credentials";
    Router::new()
        .route(OF_ONE, get(list).post(create))
        .route(
            &format!("{OF_ONE}/{{credential}}"),
            put(rename).delete(delete),
        )
        .route(
            "/api/v3/applications/{application}/regenerate-secret",
            post(regenerate),
        )
}

fn application_of(
    konnect: &Konnect,
    developer: &Developer,
    application: &str,
) -> Result<(Application, Strategy), Problem> {
    konnect.state.read(|state| {
        let application = own(state, developer, application)?.clone();
        let strategy = entry(&state.strategies, &application.strategy.to_string())?;
        Ok((application, strategy.clone()))
    })
}

/// What somebody is told who asks for credentials that Konnect knows nothing about.
fn self_managed() -> Problem {
    Problem::conflict("credentials are kept by the identity provider, not by Konnect")
}

/// 403 is the contract's status for it.
fn quota_exceeded() -> Problem {
    Problem::new(StatusCode::FORBIDDEN, "credential quota exceeded")
}

async fn list(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
    query: Query,
) -> Answer {
    let (application, _) = application_of(&konnect, &developer, &application)?;
    let items = credentials_of(&konnect, &application).await?;
    query.page(items, &COLUMNS).map(ok)
}

async fn create(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let (application, strategy) = application_of(&konnect, &developer, &application)?;
    if !body.is_null() {
        BODY.check(&body)?;
    }
    let display_name = body.get("display_name").and_then(Value::as_str);
    if strategy.method == Method::KeyAuth {
        return create_key(&konnect, &application, &strategy, display_name);
    }
    let (provider, client_id) =
        registered_client(&konnect, &application).ok_or_else(self_managed)?;
    let registrar = Registrar::new(&konnect, &provider);
    if registrar.secrets(&client_id).await?.len() >= SECRETS_AT_MOST {
        return Err(quota_exceeded());
    }
    let secret = registrar.add_secret(&client_id).await?;
    let mut view = json!({
        "type": "client_secret",
        "id": secret.entry.id,
        "client_id": client_id,
        "client_secret": secret.client_secret,
        "created_at": secret.entry.created_at,
    });
    if let (Some(name), Some(map)) = (display_name, view.as_object_mut()) {
        map.insert("display_name".to_owned(), json!(name));
    }
    Ok(created(view))
}

fn create_key(
    konnect: &Konnect,
    application: &Application,
    strategy: &Strategy,
    display_name: Option<&str>,
) -> Answer {
    let now = konnect.state.now();
    let key = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let credential = Credential {
        id: Uuid::new_v4(),
        application: application.id,
        display_name: display_name.unwrap_or("key").to_owned(),
        key: Digest::of_token(&key),
        created_at: now,
        expires_at: expiry(strategy, now),
    };
    konnect.state.write(|state| {
        let keys = state.credentials.values();
        let keys = keys.filter(|key| key.application == application.id);
        if keys.count() >= KEYS_AT_MOST {
            return Err(quota_exceeded());
        }
        let mut view = credential.view(now);
        if let Some(map) = view.as_object_mut() {
            map.insert("credential".to_owned(), json!(key));
        }
        state.credentials.insert(credential.id, credential);
        Ok(created(view))
    })
}

fn expiry(strategy: &Strategy, now: Timestamp) -> Option<Timestamp> {
    let (value, unit) = strategy.ttl()?;
    let start: Zoned = now.to_zoned(jiff::tz::TimeZone::UTC);
    let span = jiff::Span::new();
    let span = match unit {
        "days" => span.try_days(value),
        "weeks" => span.try_weeks(value),
        _ => span.try_years(value),
    };
    // so far in the future that it is never
    let end = start.checked_add(span.ok()?).ok()?;
    Some(end.timestamp())
}

/// Keys alone have names here; those of secrets are not kept.
async fn rename(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path((application, credential)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let (application, _) = application_of(&konnect, &developer, &application)?;
    BODY.check(&body)?;
    let name = body.get("display_name").and_then(Value::as_str);
    let now = konnect.state.now();
    if registered_client(&konnect, &application).is_some() {
        let items = credentials_of(&konnect, &application).await?;
        let mut found = items
            .into_iter()
            .find(|item| item.get("id").and_then(Value::as_str) == Some(&credential))
            .ok_or_else(Problem::not_found)?;
        if let Some(map) = found.as_object_mut() {
            map.insert("display_name".to_owned(), json!(name));
        }
        return Ok(ok(found));
    }
    konnect.state.write(|state| {
        let id = key_of(&state.credentials, &application, &credential)?;
        let key = state
            .credentials
            .get_mut(&id)
            .ok_or_else(Problem::not_found)?;
        if let Some(name) = name {
            name.clone_into(&mut key.display_name);
        }
        Ok(ok(key.view(now)))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path((application, credential)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let (application, _) = application_of(&konnect, &developer, &application)?;
    if let Some((provider, client_id)) = registered_client(&konnect, &application) {
        let registrar = Registrar::new(&konnect, &provider);
        let secrets = registrar.secrets(&client_id).await?;
        if !secrets.iter().any(|secret| secret.id == credential) {
            return Err(Problem::not_found());
        }
        // `min_allowed_credentials` is 1 for clients
        if secrets.len() == 1 {
            return Err(Problem::conflict("application needs one credential"));
        }
        registrar.remove_secret(&client_id, &credential).await?;
        return Ok(StatusCode::NO_CONTENT);
    }
    konnect.state.write(|state| {
        let id = key_of(&state.credentials, &application, &credential)?;
        state.credentials.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}

fn key_of(
    keys: &indexmap::IndexMap<Uuid, Credential>,
    application: &Application,
    credential: &str,
) -> Result<Uuid, Problem> {
    let key = entry(keys, credential)?;
    if key.application != application.id {
        return Err(Problem::not_found());
    }
    Ok(key.id)
}

/// Replaces in place, so there has to be exactly one.
async fn regenerate(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    Path(application): Path<String>,
) -> Answer {
    let (application, _) = application_of(&konnect, &developer, &application)?;
    let (provider, client_id) =
        registered_client(&konnect, &application).ok_or_else(self_managed)?;
    let registrar = Registrar::new(&konnect, &provider);
    if registrar.secrets(&client_id).await?.len() > 1 {
        return Err(Problem::conflict(
            "application has more than one credential",
        ));
    }
    let client = registrar.renew_secret(&client_id).await?;
    Ok(created(json!({
        "client_id": client.client_id,
        "client_secret": client.client_secret,
    })))
}
