use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::strategy::{Method, Strategy};
use super::strategy_checks::{faults_of, update_faults_of};
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok};
use crate::sandbox::konnect::state::{KonnectState, entry, entry_mut};
use crate::sandbox::konnect::wire::body::refuse;
use crate::sandbox::konnect::wire::labels::{merge, new_labels};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;

static COLUMNS: Columns = Columns {
    filters: &[
        ("strategy_type", Operators::Text, "strategy_type"),
        ("name", Operators::Text, "name"),
        ("display_name", Operators::Text, "display_name"),
        ("dcr_provider_id", Operators::Uuid, "dcr_provider.id"),
        ("dcr_provider_name", Operators::Text, "dcr_provider.name"),
        (
            "dcr_provider_type",
            Operators::Text,
            "dcr_provider.provider_type",
        ),
        // not in the contract, but asked by a client of the vendor
        ("id", Operators::Uuid, "id"),
    ],
    sorts: &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("strategy_type", "strategy_type"),
        ("name", "name"),
        ("display_name", "display_name"),
        ("dcr_provider_id", "dcr_provider.id"),
        ("dcr_provider_name", "dcr_provider.name"),
        ("dcr_provider_type", "dcr_provider.provider_type"),
    ],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v2/application-auth-strategies", get(list).post(create))
        .route(
            "/v2/application-auth-strategies/{id}",
            get(read).put(replace).patch(update).delete(delete),
        )
}

/// The provider that a strategy has after a body: another, none, or the one it had.
fn provider_of(
    state: &KonnectState,
    body: &Value,
    had: Option<Uuid>,
) -> Result<Option<Uuid>, Problem> {
    match body.get("dcr_provider_id") {
        None => Ok(had),
        Some(Value::Null) => Ok(None),
        Some(id) => {
            let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok());
            match id.filter(|id| state.providers.contains_key(id)) {
                Some(id) => Ok(Some(id)),
                None => Err(Invalid::missing("dcr_provider_id", "DCR provider").into()),
            }
        }
    }
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let view = |strategy: &Strategy| strategy.view(state);
        query
            .page_of(state.strategies.values(), view, &COLUMNS)
            .map(ok)
    })
}

fn build(
    state: &KonnectState,
    id: Uuid,
    body: &Value,
    now: Timestamp,
) -> Result<Strategy, Problem> {
    refuse(faults_of(body))?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let method = match body.get("strategy_type").and_then(Value::as_str) {
        Some("key_auth") => Method::KeyAuth,
        _ => Method::OpenidConnect,
    };
    let mut config = body
        .pointer(&format!("/configs/{}", method.config_key()))
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    if method == Method::KeyAuth {
        // the plugin's own default, without which no key could be sent
        config
            .entry("key_names")
            .or_insert_with(|| json!(["apikey"]));
    }
    Ok(Strategy {
        id,
        name: text("name").unwrap_or_default(),
        display_name: text("display_name").unwrap_or_default(),
        method,
        config,
        provider: provider_of(state, body, None)?,
        labels: new_labels(body),
        principals: body.get("principals").cloned(),
        created_at: now,
        updated_at: now,
    })
}

async fn create(State(konnect): State<Konnect>, Sent(body): Sent) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let strategy = build(state, Uuid::new_v4(), &body, now)?;
        let view = strategy.view(state);
        state.strategies.insert(strategy.id, strategy);
        Ok(created(view))
    })
}

async fn read(State(konnect): State<Konnect>, Path(id): Path<String>) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(entry(&state.strategies, &id)?.view(state))))
}

/// Replaces, or creates under the given id: the contract knows no 404 here.
///
/// It has 201 for both. Terraform's provider replaces what is there and takes nothing but 200.
async fn replace(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    let id = Uuid::try_parse(&id).map_err(|_| {
        Problem::from(Invalid::new("authStrategyId", "is_uuid", "must be a UUID").of("path"))
    })?;
    konnect.state.write(|state| {
        let mut strategy = build(state, id, &body, now)?;
        if let Some(old) = state.strategies.get(&id) {
            if old.method != strategy.method {
                let reason = "cannot be changed";
                return Err(Invalid::new("strategy_type", "invalid", reason).into());
            }
            strategy.created_at = old.created_at;
        }
        let view = strategy.view(state);
        let replaced = state.strategies.insert(id, strategy).is_some();
        Ok(if replaced { ok(view) } else { created(view) })
    })
}

async fn update(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let Strategy {
            method, provider, ..
        } = *entry(&state.strategies, &id)?;
        refuse(update_faults_of(method, &body))?;
        let provider = provider_of(state, &body, provider)?;
        let strategy = entry_mut(&mut state.strategies, &id)?;
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut strategy.name);
        }
        if let Some(name) = body.get("display_name").and_then(Value::as_str) {
            name.clone_into(&mut strategy.display_name);
        }
        strategy.provider = provider;
        if let Some(principals) = body.get("principals") {
            strategy.principals = Some(principals.clone());
        }
        let config = body.pointer(&format!("/configs/{}", method.config_key()));
        merge(&mut strategy.config, config.unwrap_or(&Value::Null));
        merge(
            &mut strategy.labels,
            body.get("labels").unwrap_or(&Value::Null),
        );
        strategy.updated_at = now;
        Ok(ok(entry(&state.strategies, &id)?.view(state)))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let id = entry(&state.strategies, &id)?.id;
        if state.is_active(id) {
            return Err(Problem::conflict(
                "application auth strategy is used by a published API",
            ));
        }
        // not documented; an application cannot be without its strategy
        if state.applications.values().any(|app| app.strategy == id) {
            return Err(Problem::conflict(
                "application auth strategy is used by an application",
            ));
        }
        for portal in state.portals.values_mut() {
            if portal.default_strategy == Some(id) {
                portal.default_strategy = None;
            }
        }
        state.strategies.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}
