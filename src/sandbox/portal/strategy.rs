use axum::Router;
use axum::extract::State;
use axum::routing::get;
use serde_json::{Value, json};

use super::session::LoggedIn;
use crate::sandbox::konnect::{
    Answer, Columns, Konnect, KonnectState, Method, Operators, Query, Strategy, ok,
};

static COLUMNS: Columns = Columns {
    filters: &[
        ("name", Operators::Short, "name"),
        ("credential_type", Operators::Short, "credential_type"),
    ],
    sorts: &[],
};

/// Okta keeps at most two secrets of a client.
pub(super) const SECRETS_AT_MOST: usize = 2;
/// How many keys an application may have is not documented.
pub(super) const KEYS_AT_MOST: usize = 10;

pub(super) fn routes() -> Router<Konnect> {
    Router::new().route("/api/v3/application-auth-strategies", get(list))
}

/// A strategy as developers see it: under its display name.
pub(super) fn view(strategy: &Strategy, state: &KonnectState) -> Value {
    let multiple = strategy.supports_multiple(state);
    let most = match (strategy.method, multiple) {
        (Method::KeyAuth, _) => KEYS_AT_MOST,
        (Method::OpenidConnect, true) => SECRETS_AT_MOST,
        (Method::OpenidConnect, false) => 1,
    };
    let mut view = json!({
        "id": strategy.id,
        "name": strategy.display_name,
        "credential_type": strategy.credential_type(),
        "supports_multiple_credentials": multiple,
        "min_allowed_credentials": 1,
        "max_allowed_credentials": most,
    });
    if let Some(map) = view.as_object_mut() {
        match strategy.method {
            Method::KeyAuth => {
                map.insert("key_names".to_owned(), json!(strategy.texts("key_names")));
            }
            Method::OpenidConnect => {
                let methods = json!(strategy.texts("auth_methods"));
                map.insert("auth_methods".to_owned(), methods);
                map.insert(
                    "available_scopes".to_owned(),
                    json!(strategy.texts("scopes")),
                );
            }
        }
    }
    view
}

/// The strategies by which something is published in the developer's portal, and its default.
async fn list(
    State(konnect): State<Konnect>,
    LoggedIn(developer): LoggedIn,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let portal = state.portals.get(&developer.portal);
        let default = portal.and_then(|portal| portal.default_strategy);
        let used = |strategy: &&Strategy| {
            let mut published = state.publications.iter();
            default == Some(strategy.id)
                || published
                    .any(|p| p.portal == developer.portal && p.strategy == Some(strategy.id))
        };
        let strategies = state.strategies.values().filter(used);
        strategies.map(|strategy| view(strategy, state)).collect()
    });
    query.page(items, &COLUMNS).map(ok)
}
