use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::provider_tables::{CREATE, UPDATE};
use super::registrar::Registrar;
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok, stamp};
use crate::sandbox::konnect::state::{KonnectState, entry, entry_mut};
use crate::sandbox::konnect::wire::body::refuse;
use crate::sandbox::konnect::wire::labels::{merge, new_labels};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;

/// A DCR provider: an identity provider at which applications are registered.
#[derive(Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Provider {
    pub(in crate::sandbox::konnect) id: Uuid,
    pub(in crate::sandbox::konnect) name: String,
    display_name: Option<String>,
    pub(in crate::sandbox::konnect) kind: ProviderType,
    pub(in crate::sandbox::konnect) issuer: String,
    /// The part of `dcr_config` that is answered.
    pub(in crate::sandbox::konnect) config: Map<String, Value>,
    /// In plain and saved so: without it nothing could be registered after a restart.
    pub(in crate::sandbox::konnect) secret: Option<String>,
    labels: Map<String, Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The kind of an identity provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::sandbox) enum ProviderType {
    Auth0,
    AzureAd,
    Curity,
    Okta,
    Http,
    KongIdentity,
}

impl ProviderType {
    /// As the vendor writes them.
    pub(in crate::sandbox::konnect) const NAMES: [&'static str; 6] =
        ["auth0", "azureAd", "curity", "okta", "http", "kongIdentity"];
}

impl std::fmt::Debug for Provider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Provider")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

static COLUMNS: Columns = Columns {
    filters: &[
        ("id", Operators::Short, "id"),
        ("issuer", Operators::Short, "issuer"),
        ("name", Operators::Short, "name"),
        ("provider_type", Operators::Short, "provider_type"),
        (
            "initial_client_id",
            Operators::Short,
            "dcr_config.initial_client_id",
        ),
        (
            "initial_client_audience",
            Operators::Short,
            "dcr_config.initial_client_audience",
        ),
    ],
    sorts: &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("provider_type", "provider_type"),
        ("issuer", "issuer"),
        ("name", "name"),
    ],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v2/dcr-providers", get(list).post(create))
        .route(
            "/v2/dcr-providers/{id}",
            get(read).patch(update).delete(delete),
        )
        .route("/v2/dcr-providers/{id}/verify", post(verify))
}

impl Provider {
    fn view(&self, state: &KonnectState) -> Value {
        let active = state
            .strategies
            .values()
            .any(|strategy| strategy.provider == Some(self.id) && state.is_active(strategy.id));
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "provider_type": self.kind,
            "issuer": self.issuer,
            "active": active,
            "dcr_config": self.config,
            "labels": self.labels,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        // the vendor leaves a display name out that was never given
        if let (Some(name), Some(map)) = (&self.display_name, view.as_object_mut()) {
            map.insert("display_name".to_owned(), json!(name));
        }
        view
    }

    /// As a strategy shows it.
    pub(in crate::sandbox::konnect) fn summary(&self) -> Value {
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "provider_type": self.kind,
        });
        if let (Some(name), Some(map)) = (&self.display_name, view.as_object_mut()) {
            map.insert("display_name".to_owned(), json!(name));
        }
        view
    }

    /// Takes a `dcr_config` in, its secret apart. What is not named stays.
    fn configure(&mut self, sent: Option<&Value>) {
        for (key, value) in sent.and_then(Value::as_object).into_iter().flatten() {
            if self.kind.secret_name() == Some(key) {
                self.secret = value.as_str().map(str::to_owned);
            } else {
                self.config.insert(key.clone(), value.clone());
            }
        }
        if self.kind == ProviderType::Auth0 {
            // all three are required in answers
            for (key, value) in [
                ("initial_client_audience", Value::Null),
                ("use_developer_managed_scopes", json!(false)),
            ] {
                self.config.entry(key).or_insert(value);
            }
        }
    }
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let view = |provider: &Provider| provider.view(state);
        query
            .page_of(state.providers.values(), view, &COLUMNS)
            .map(ok)
    })
}

async fn create(State(konnect): State<Konnect>, Sent(body): Sent) -> Answer {
    let mut faults = CREATE.faults("", &body);
    let provider_type: Option<ProviderType> = body
        .get("provider_type")
        .and_then(|name| serde_json::from_value(name.clone()).ok());
    match (provider_type, body.get("dcr_config")) {
        (Some(provider_type), Some(config)) if config.is_object() => {
            faults.extend(provider_type.config_table().faults("dcr_config", config));
        }
        (Some(provider_type), None) if provider_type != ProviderType::KongIdentity => {
            faults.push(Invalid::new(
                "dcr_config",
                "required",
                "is a required field",
            ));
        }
        (_, _) => {}
    }
    refuse(faults)?;
    let now = konnect.state.now();
    let text = |key: &str| body.get(key).and_then(Value::as_str).map(str::to_owned);
    let mut provider = Provider {
        id: Uuid::new_v4(),
        name: text("name").unwrap_or_default(),
        display_name: text("display_name"),
        kind: provider_type.ok_or_else(Problem::not_found)?,
        issuer: text("issuer").unwrap_or_default(),
        config: Map::new(),
        secret: None,
        labels: new_labels(&body),
        created_at: now,
        updated_at: now,
    };
    provider.configure(body.get("dcr_config"));
    Ok(konnect.state.write(|state| {
        let view = provider.view(state);
        state.providers.insert(provider.id, provider);
        created(view)
    }))
}

async fn read(State(konnect): State<Konnect>, Path(id): Path<String>) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(entry(&state.providers, &id)?.view(state))))
}

async fn update(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let provider = entry_mut(&mut state.providers, &id)?;
        let mut faults = UPDATE.faults("", &body);
        if let Some(config) = body.get("dcr_config").filter(|config| config.is_object()) {
            let table = provider.kind.config_table();
            faults.extend(table.update_faults("dcr_config", config));
        }
        refuse(faults)?;
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut provider.name);
        }
        if let Some(name) = body.get("display_name").and_then(Value::as_str) {
            provider.display_name = Some(name.to_owned());
        }
        if let Some(issuer) = body.get("issuer").and_then(Value::as_str) {
            issuer.clone_into(&mut provider.issuer);
        }
        provider.configure(body.get("dcr_config"));
        merge(
            &mut provider.labels,
            body.get("labels").unwrap_or(&Value::Null),
        );
        provider.updated_at = now;
        Ok(ok(entry(&state.providers, &id)?.view(state)))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let id = entry(&state.providers, &id)?.id;
        // refused for sure; with which status is not documented
        if state.strategies.values().any(|s| s.provider == Some(id)) {
            return Err(Problem::conflict(
                "DCR provider is used by an application auth strategy",
            ));
        }
        state.providers.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Answers 200 in both cases: the contract has no other status for a provider that is known.
async fn verify(State(konnect): State<Konnect>, Path(id): Path<String>) -> Answer {
    let provider = konnect
        .state
        .read(|state| entry(&state.providers, &id).cloned())?;
    let errors = Registrar::new(&konnect, &provider).verify().await;
    let status = if errors.is_empty() {
        "success"
    } else {
        "failed"
    };
    Ok(ok(json!({ "status": status, "errors": errors })))
}
