//! Making and deleting an application, together with its client at the identity provider.
//!
//! Both APIs come here. The state's lock is released before each call and taken again after it.

use axum::http::StatusCode;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::provider::Provider;
use super::registrar::{Registrar, Wish};
use crate::sandbox::konnect::context::Konnect;
use crate::sandbox::konnect::portals::application::{Application, ClientOrigin, Orphan, Owner};
use crate::sandbox::konnect::state::KonnectState;
use crate::sandbox::konnect::strategies::strategy::Method;
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};

/// What an application is made of.
#[derive(Debug, Clone)]
pub(in crate::sandbox) struct NewApplication {
    pub(in crate::sandbox) portal: Uuid,
    pub(in crate::sandbox) owner: Owner,
    pub(in crate::sandbox) name: String,
    pub(in crate::sandbox) description: Option<String>,
    /// None takes the portal's default.
    pub(in crate::sandbox) strategy: Option<Uuid>,
    pub(in crate::sandbox) client_id: Option<String>,
    /// Links a client that is there already.
    pub(in crate::sandbox) dcr_client_id: Option<String>,
    pub(in crate::sandbox) redirect_uri: Option<String>,
    pub(in crate::sandbox) scopes: Vec<String>,
    pub(in crate::sandbox) labels: Map<String, Value>,
}

/// How an application comes by its client.
enum Plan {
    None,
    Given(String, ClientOrigin),
    Register(Box<Provider>),
}

/// Makes an application, and registers its client when its strategy says so. The secret of a
/// client that was registered is given here and never again.
pub(in crate::sandbox) async fn enrol(
    konnect: &Konnect,
    new: NewApplication,
) -> Result<(Uuid, Option<String>), Problem> {
    let id = Uuid::new_v4();
    let (strategy, plan) = konnect.state.read(|state| prepare(state, &new, id))?;
    let mut registered = None;
    let mut secret = None;
    let (client_id, client_origin) = match plan {
        Plan::None => (None, ClientOrigin::SelfManaged),
        Plan::Given(client_id, origin) => (Some(client_id), origin),
        Plan::Register(provider) => {
            let wish = Wish {
                name: &new.name,
                redirect_uri: new.redirect_uri.as_deref(),
            };
            let client = Registrar::new(konnect, &provider).register(wish).await?;
            secret = Some(client.client_secret);
            registered = Some((provider, client.client_id.clone()));
            (Some(client.client_id), ClientOrigin::Registered)
        }
    };
    let now = konnect.state.now();
    let inserted = konnect.state.write(|state| {
        // portal or strategy may have been deleted during the call
        if !state.portals.contains_key(&new.portal) || !state.strategies.contains_key(&strategy) {
            return false;
        }
        let application = Application {
            id,
            portal: new.portal,
            owner: new.owner,
            name: new.name,
            description: new.description,
            strategy,
            client_id,
            client_origin,
            redirect_uri: new.redirect_uri,
            scopes: new.scopes,
            labels: new.labels,
            created_at: now,
            updated_at: now,
        };
        state.applications.insert(id, application);
        true
    });
    if !inserted {
        if let Some((provider, client_id)) = registered {
            let registrar = Registrar::new(konnect, &provider);
            // the conflict is what the caller has to hear of, whatever becomes of the client
            let _ = registrar.unregister(&client_id).await;
        }
        return Err(Problem::conflict("portal or auth strategy was deleted"));
    }
    Ok((id, secret))
}

fn prepare(state: &KonnectState, new: &NewApplication, id: Uuid) -> Result<(Uuid, Plan), Problem> {
    let portal = state
        .portals
        .get(&new.portal)
        .ok_or_else(Problem::not_found)?;
    let Some(strategy) = new.strategy.or(portal.default_strategy) else {
        let reason = "is required, as the portal has no default";
        return Err(Invalid::new("auth_strategy_id", "required", reason).into());
    };
    let strategy = state
        .strategies
        .get(&strategy)
        .ok_or_else(|| Invalid::missing("auth_strategy_id", "auth strategy"))?;
    let provider = strategy.provider.and_then(|id| state.providers.get(&id));
    let refused = |field: &str, reason: &str| {
        let invalid = Invalid::new(field, "invalid", reason);
        Err(Problem::from(invalid))
    };
    if new.dcr_client_id.is_some() && provider.is_none() {
        return refused("dcr_client_id", "auth strategy has no DCR provider");
    }
    if new.client_id.is_some() && (provider.is_some() || strategy.method == Method::KeyAuth) {
        let reason = "cannot be set when using Dynamic Client Registration or keys";
        return refused("client_id", reason);
    }
    if let Some(client_id) = new.client_id.as_ref().or(new.dcr_client_id.as_ref()) {
        let taken = state.applications.values().any(|app| {
            app.portal == new.portal
                && app.strategy == strategy.id
                && app.client_id.as_ref() == Some(client_id)
        });
        if taken {
            return Err(Problem::conflict(
                "client id is used by another application",
            ));
        }
    }
    let plan = match (provider, &new.dcr_client_id) {
        (Some(_), Some(client_id)) => Plan::Given(client_id.clone(), ClientOrigin::Linked),
        (Some(provider), None) => Plan::Register(Box::new(provider.clone())),
        (None, _) if strategy.method == Method::KeyAuth => Plan::None,
        (None, _) => {
            // the contract wants a client id in each answer
            let client_id = new.client_id.clone().unwrap_or_else(|| id.to_string());
            Plan::Given(client_id, ClientOrigin::SelfManaged)
        }
    };
    Ok((strategy.id, plan))
}

/// Deletes an application with its client. When the identity provider refuses, the application stays.
pub(in crate::sandbox) async fn withdraw(
    konnect: &Konnect,
    application: Uuid,
) -> Result<StatusCode, Problem> {
    let found = konnect.state.read(|state| {
        let application = state.applications.get(&application)?;
        let orphan = state.client_of(application);
        Some(orphan.and_then(|orphan| {
            let provider = state.providers.get(&orphan.provider)?.clone();
            Some((provider, orphan.client_id))
        }))
    });
    if let Some((provider, client_id)) = found.ok_or_else(Problem::not_found)? {
        let registrar = Registrar::new(konnect, &provider);
        registrar.unregister(&client_id).await?;
    }
    konnect.state.write(|state| {
        state.take_applications(|app| app.id == application);
    });
    Ok(StatusCode::NO_CONTENT)
}

/// Deletes clients whose applications went with something larger. What the identity provider
/// refuses stays behind there, as nobody is left who could be told.
pub(in crate::sandbox::konnect) async fn unregister_all(konnect: &Konnect, orphans: Vec<Orphan>) {
    for orphan in orphans {
        let provider = konnect
            .state
            .read(|state| state.providers.get(&orphan.provider).cloned());
        if let Some(provider) = provider {
            let registrar = Registrar::new(konnect, &provider);
            let _ = registrar.unregister(&orphan.client_id).await;
        }
    }
}
