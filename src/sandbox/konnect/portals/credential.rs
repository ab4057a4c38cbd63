use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::application::{Application, ClientOrigin};
use crate::sandbox::konnect::context::{Answer, Konnect, ok, stamp};
use crate::sandbox::konnect::dcr::provider::Provider;
use crate::sandbox::konnect::dcr::registrar::Registrar;
use crate::sandbox::konnect::digest::Digest;
use crate::sandbox::konnect::strategies::strategy::Method;
use crate::sandbox::konnect::wire::listing::{Columns, Query};
use crate::sandbox::konnect::wire::problem::Problem;

/// A key of a key-auth application.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Credential {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) application: Uuid,
    pub(in crate::sandbox) display_name: String,
    pub(in crate::sandbox) key: Digest,
    pub(in crate::sandbox) created_at: Timestamp,
    /// By the strategy's `ttl`.
    pub(in crate::sandbox) expires_at: Option<Timestamp>,
}

static COLUMNS: Columns = Columns {
    filters: &[],
    sorts: &[],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new().route(
        "/v3/portals/{portal}/applications/{application}/credentials",
        get(list),
    )
}

impl Credential {
    /// Without the key, as both APIs list it.
    pub(in crate::sandbox) fn view(&self, now: Timestamp) -> Value {
        let status = if self.is_valid(now) {
            "active"
        } else {
            "expired"
        };
        json!({
            "type": "api_key",
            "id": self.id,
            "display_name": self.display_name,
            "status": status,
            "expires_at": self.expires_at.map(stamp),
            "created_at": stamp(self.created_at),
        })
    }

    /// Whether it lets anybody in.
    pub(in crate::sandbox) fn is_valid(&self, now: Timestamp) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }
}

/// The credentials that an application has now: keys from here, a client's secrets from the
/// identity provider, asked each time. Of a client that Konnect knows nothing about there are none.
pub(in crate::sandbox) async fn credentials_of(
    konnect: &Konnect,
    application: &Application,
) -> Result<Vec<Value>, Problem> {
    let now = konnect.state.now();
    if let Some((provider, client_id)) = registered_client(konnect, application) {
        let registrar = Registrar::new(konnect, &provider);
        let secrets = registrar.secrets(&client_id).await?;
        let views = secrets.into_iter().map(|secret| {
            json!({
                "type": "client_secret",
                "id": secret.id,
                "client_id": client_id,
                "created_at": secret.created_at,
                "display_name": null,
                "expires_at": null,
            })
        });
        return Ok(views.collect());
    }
    Ok(konnect.state.read(|state| {
        let keys = state.credentials.values();
        let keys = keys.filter(|key| key.application == application.id);
        keys.map(|key| key.view(now)).collect()
    }))
}

/// The client of an application with DCR, and the provider that has it.
pub(in crate::sandbox) fn registered_client(
    konnect: &Konnect,
    application: &Application,
) -> Option<(Provider, String)> {
    if application.client_origin == ClientOrigin::SelfManaged {
        return None;
    }
    konnect.state.read(|state| {
        let strategy = state.strategies.get(&application.strategy)?;
        if strategy.method != Method::OpenidConnect {
            return None;
        }
        let provider = state.providers.get(&strategy.provider?)?.clone();
        Some((provider, application.client_id.clone()?))
    })
}

async fn list(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
    query: Query,
) -> Answer {
    let application = konnect
        .state
        .read(|state| state.portal_application(&portal, &application).cloned())?;
    let items = credentials_of(&konnect, &application).await?;
    query.page(items, &COLUMNS).map(ok)
}
