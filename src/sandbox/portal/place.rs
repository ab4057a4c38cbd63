use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::routing::get;
use serde_json::json;

use super::session::session_of;
use crate::sandbox::konnect::{Answer, Konnect, KonnectState, Portal, Problem, ok};

pub(super) fn routes() -> Router<Konnect> {
    Router::new().route("/api/v3/portal", get(portal))
}

/// The portal that a request's `Host` names, if it names one.
pub(super) fn named<'a>(state: &'a KonnectState, headers: &HeaderMap) -> Option<&'a Portal> {
    let host = headers.get(header::HOST)?.to_str().ok()?;
    let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
    let label = name.strip_suffix(".localhost")?;
    let mut portals = state.portals.values();
    portals.find(|portal| portal.subdomain() == Some(label))
}

/// The portals that a request may mean, the likeliest first.
pub(super) fn candidates<'a>(state: &'a KonnectState, headers: &HeaderMap) -> Vec<&'a Portal> {
    if let Some(portal) = named(state, headers) {
        return vec![portal];
    }
    let mut portals: Vec<&Portal> = state.portals.values().collect();
    portals.sort_by_key(|portal| portal.subdomain().is_some());
    portals
}

/// Needs no log-in: clients ask it to learn which portal a domain belongs to.
async fn portal(State(konnect): State<Konnect>, headers: HeaderMap) -> Answer {
    let authority = konnect.portal_authority();
    let now = konnect.state.now();
    konnect.state.read(|state| {
        let of_session = || {
            let session = session_of(state, &headers, now)?;
            let developer = state.developers.get(&session.developer)?;
            state.portals.get(&developer.portal)
        };
        let portal = named(state, &headers)
            .or_else(of_session)
            .or_else(|| candidates(state, &headers).first().copied())
            .ok_or_else(Problem::not_found)?;
        let authentication = portal.is_set("authentication_enabled");
        Ok(ok(json!({
            "portal_id": portal.id,
            "org_id": state.organization,
            "name": portal.name,
            "canonical_domain": portal.domain(&authority),
            "authentication_enabled": authentication,
            "rbac_enabled": portal.is_set("rbac_enabled"),
            "basic_auth_enabled": authentication,
            "oidc_auth_enabled": false,
            "saml_auth_enabled": false,
        })))
    })
}
