use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::body::{Sent, merge, new_labels, refuse};
use super::context::{Answer, Konnect, created, ok, stamp};
use super::listing::{Columns, Operators, Query};
use super::problem::{Invalid, Problem};
use super::state::{KonnectState, entry, entry_mut};
use super::strategy_tables::{
    KEY_AUTH, KEY_AUTH_CONFIG, KEY_AUTH_CONFIG_UPDATE, NOT_OF_THE_PLUGIN, OPENID_CONNECT,
    OPENID_CONNECT_CONFIG, UPDATE,
};

/// An application auth strategy: how applications prove who they are.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Strategy {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) display_name: String,
    pub(in crate::sandbox) method: Method,
    /// What stands below the one key of `configs`.
    pub(super) config: Map<String, Value>,
    pub(super) provider: Option<Uuid>,
    labels: Map<String, Value>,
    principals: Option<Value>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

/// The two ways of proving.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Method {
    /// An API key.
    KeyAuth,
    /// A token of an identity provider.
    OpenidConnect,
}

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

pub(super) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v2/application-auth-strategies", get(list).post(create))
        .route(
            "/v2/application-auth-strategies/{id}",
            get(read).put(replace).patch(update).delete(delete),
        )
}

impl KonnectState {
    /// Whether something published uses a strategy.
    pub(super) fn is_active(&self, strategy: Uuid) -> bool {
        self.publications
            .iter()
            .any(|publication| publication.strategy == Some(strategy))
    }
}

impl Method {
    /// The key below `configs`.
    fn config_key(self) -> &'static str {
        match self {
            Self::KeyAuth => "key-auth",
            Self::OpenidConnect => "openid-connect",
        }
    }
}

impl Strategy {
    /// The key-auth strategy that comes with a portal.
    pub(super) fn built_in(now: Timestamp) -> Self {
        let mut config = Map::new();
        config.insert("key_names".to_owned(), json!(["apikey"]));
        Self {
            id: Uuid::new_v4(),
            name: "key-auth".to_owned(),
            display_name: "key-auth".to_owned(),
            method: Method::KeyAuth,
            config,
            provider: None,
            labels: Map::new(),
            principals: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// A list of strings below `configs`.
    pub(in crate::sandbox) fn texts(&self, key: &str) -> Vec<&str> {
        let items = self.config.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The issuer of an `openid_connect` strategy.
    pub(in crate::sandbox) fn issuer(&self) -> Option<&str> {
        self.config.get("issuer").and_then(Value::as_str)
    }

    /// How long keys last: a number and its unit, `days`, `weeks` or `years`.
    pub(in crate::sandbox) fn ttl(&self) -> Option<(i64, &str)> {
        let ttl = self.config.get("ttl")?;
        Some((ttl.get("value")?.as_i64()?, ttl.get("unit")?.as_str()?))
    }

    /// `credential_type` of applications: with a DCR provider Konnect owns the client.
    pub(in crate::sandbox) fn credential_type(&self) -> &'static str {
        match (self.method, self.provider) {
            (Method::KeyAuth, _) => "key_auth",
            (Method::OpenidConnect, Some(_)) => "client_credentials",
            (Method::OpenidConnect, None) => "self_managed_client_credentials",
        }
    }

    /// As an application shows it.
    pub(super) fn summary(&self) -> Value {
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "credential_type": self.credential_type(),
        });
        if let Some(map) = view.as_object_mut() {
            match self.method {
                Method::KeyAuth => {
                    map.insert("key_names".to_owned(), json!(self.texts("key_names")));
                    if let Some(ttl) = self.config.get("ttl") {
                        map.insert("ttl".to_owned(), ttl.clone());
                    }
                }
                Method::OpenidConnect => {
                    map.insert("auth_methods".to_owned(), json!(self.texts("auth_methods")));
                    map.insert("available_scopes".to_owned(), json!(self.texts("scopes")));
                }
            }
        }
        view
    }

    fn view(&self, state: &KonnectState) -> Value {
        let provider = self.provider.and_then(|id| state.providers.get(&id));
        let mut configs = Map::new();
        configs.insert(
            self.method.config_key().to_owned(),
            Value::Object(self.config.clone()),
        );
        let mut view = json!({
            "id": self.id,
            "name": self.name,
            "display_name": self.display_name,
            "strategy_type": self.method,
            "configs": configs,
            "active": state.is_active(self.id),
            "dcr_provider": provider.map(super::provider::Provider::summary),
            "labels": self.labels,
            "supports_multiple_credentials": self.supports_multiple(state),
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        if let (Some(principals), Some(map)) = (&self.principals, view.as_object_mut()) {
            map.insert("principals".to_owned(), principals.clone());
        }
        view
    }

    /// Whether an application may have several credentials at once: with keys, and where the
    /// vendor's documentation says so of the identity provider.
    pub(in crate::sandbox) fn supports_multiple(&self, state: &KonnectState) -> bool {
        use super::provider::ProviderType;
        match (self.method, self.provider) {
            (Method::KeyAuth, _) => true,
            (Method::OpenidConnect, None) => false,
            (Method::OpenidConnect, Some(id)) => {
                state
                    .providers
                    .get(&id)
                    .is_some_and(|provider| match provider.provider_type {
                        ProviderType::Okta | ProviderType::AzureAd => true,
                        ProviderType::Http => {
                            provider.config.get("allow_multiple_credentials") == Some(&json!(true))
                        }
                        ProviderType::Auth0 | ProviderType::Curity | ProviderType::KongIdentity => {
                            false
                        }
                    })
            }
        }
    }
}

/// Everything that is wrong with the body of a creation or replacement.
fn faults_of(body: &Value) -> Vec<Invalid> {
    let method = match body.get("strategy_type").and_then(Value::as_str) {
        Some("key_auth") => Method::KeyAuth,
        _ => Method::OpenidConnect,
    };
    let (table, config_table) = match method {
        Method::KeyAuth => (&KEY_AUTH, &KEY_AUTH_CONFIG),
        Method::OpenidConnect => (&OPENID_CONNECT, &OPENID_CONNECT_CONFIG),
    };
    let mut faults = table.faults("", body);
    if let Some(configs) = body.get("configs").and_then(Value::as_object) {
        let key = method.config_key();
        let path = format!("configs.{key}");
        match configs.get(key) {
            None => faults.push(Invalid::new(
                path.as_str(),
                "required",
                "is a required field",
            )),
            Some(config) => {
                faults.extend(config_table.faults(&path, config));
                faults.extend(foreign_settings(method, config));
            }
        }
        faults.extend(other_configs(method, configs));
    }
    faults
}

/// Everything that is wrong with the body of a PATCH.
fn update_faults_of(method: Method, body: &Value) -> Vec<Invalid> {
    let mut faults = UPDATE.faults("", body);
    if method == Method::KeyAuth && body.get("dcr_provider_id").is_some_and(|id| !id.is_null()) {
        let reason = "key_auth strategies have no DCR provider";
        faults.push(Invalid::new("dcr_provider_id", "invalid", reason));
    }
    if let Some(configs) = body.get("configs").and_then(Value::as_object) {
        let key = method.config_key();
        let path = format!("configs.{key}");
        match configs.get(key) {
            None => faults.push(Invalid::new(
                path.as_str(),
                "required",
                "is a required field",
            )),
            Some(config) => {
                let table = match method {
                    Method::KeyAuth => &KEY_AUTH_CONFIG_UPDATE,
                    Method::OpenidConnect => &OPENID_CONNECT_CONFIG,
                };
                faults.extend(table.update_faults(&path, config));
                faults.extend(foreign_settings(method, config));
            }
        }
        faults.extend(other_configs(method, configs));
    }
    faults
}

fn foreign_settings(method: Method, config: &Value) -> Vec<Invalid> {
    if method == Method::KeyAuth {
        return Vec::new();
    }
    NOT_OF_THE_PLUGIN
        .iter()
        .filter(|name| config.get(**name).is_some())
        .map(|name| {
            let field = format!("configs.openid-connect.{name}");
            Invalid::new(field, "invalid", "unknown field")
        })
        .collect()
}

fn other_configs(method: Method, configs: &Map<String, Value>) -> Vec<Invalid> {
    configs
        .keys()
        .filter(|key| *key != method.config_key())
        .map(|key| {
            let field = format!("configs.{key}");
            Invalid::new(field, "unknown_property", "is not a known property")
        })
        .collect()
}

/// The provider that a body names: nothing said, none, or one that exists.
fn provider_of(state: &KonnectState, body: &Value) -> Result<Option<Option<Uuid>>, Problem> {
    match body.get("dcr_provider_id") {
        None => Ok(None),
        Some(Value::Null) => Ok(Some(None)),
        Some(id) => {
            let id = id.as_str().and_then(|id| Uuid::try_parse(id).ok());
            match id.filter(|id| state.providers.contains_key(id)) {
                Some(id) => Ok(Some(Some(id))),
                None => Err(Invalid::missing("dcr_provider_id", "DCR provider").into()),
            }
        }
    }
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    let items = konnect.state.read(|state| {
        let views = state.strategies.values().map(|s| s.view(state));
        views.collect()
    });
    query.page(items, &COLUMNS).map(ok)
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
        provider: provider_of(state, body)?.flatten(),
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

/// Replaces, or creates under the given id: the contract knows no 404 here, and answers 201 either way.
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
        state.strategies.insert(id, strategy);
        Ok(created(view))
    })
}

async fn update(
    State(konnect): State<Konnect>,
    Path(id): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let method = entry(&state.strategies, &id)?.method;
        refuse(update_faults_of(method, &body))?;
        let provider = provider_of(state, &body)?;
        let strategy = entry_mut(&mut state.strategies, &id)?;
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut strategy.name);
        }
        if let Some(name) = body.get("display_name").and_then(Value::as_str) {
            name.clone_into(&mut strategy.display_name);
        }
        if let Some(provider) = provider {
            strategy.provider = provider;
        }
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
