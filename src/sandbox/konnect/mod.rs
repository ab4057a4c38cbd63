//! Konnect, emulated: the account's state and its admin API.
//!
//! The state also stands behind the developers' Portal API and the gateway, beside this module.
//! One file per concept holds its record, its table of what a body may hold, its view and its
//! routes. Dynamic client registration is really carried out, over HTTP, at the identity provider
//! that a DCR provider names: `enrolment` decides, `registrar` calls.
//!
//! Where the vendor's contract is silent, the choice made is told in a comment beside it.

mod account;
mod catalog;
mod content;
mod context;
mod dcr;
mod digest;
mod portals;
mod seed;
mod slug;
mod state;
mod strategies;
mod wire;

#[cfg(test)]
pub(super) mod tests;

pub(super) use context::{Answer, Konnect, created, method_not_allowed, ok, stamp};
pub(super) use dcr::enrolment::{NewApplication, enrol, withdraw};
pub(super) use dcr::registrar::Registrar;
pub(super) use digest::Digest;
pub(super) use portals::application::{Application, ClientOrigin, Owner};
pub(super) use portals::credential::{Credential, credentials_of, registered_client};
pub(super) use portals::developer::{Developer, Status};
pub(super) use portals::portal::Portal;
pub(super) use portals::registration::Registration;
pub(super) use seed::{ADMIN_TOKEN, SeededPassword};
pub(super) use state::{KonnectState, Session, entry};
pub(super) use strategies::strategy::{Method, Strategy};
pub(super) use wire::body::{Body, Field};
pub(super) use wire::listing::{Columns, Operators, Query};
pub(super) use wire::problem::{Invalid, Problem};
pub(super) use wire::sent::Sent;
pub(super) use wire::shape::Shape;

use super::shared::Shared;

/// The admin API.
pub(super) fn router(state: Shared<KonnectState>) -> axum::Router {
    let konnect = Konnect::new(state);
    axum::Router::new()
        .merge(account::routes())
        .merge(dcr::provider::routes())
        .merge(strategies::strategy_routes::routes())
        .merge(portals::portal_routes::routes())
        .merge(portals::developer::routes())
        .merge(portals::team::routes())
        .merge(portals::application_routes::routes())
        .merge(portals::credential::routes())
        .merge(portals::registration::routes())
        .merge(catalog::api_routes::routes())
        .merge(catalog::publication::routes())
        .merge(content::routes::routes())
        .merge(content::settings::routes())
        .merge(content::absent::routes())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(
            konnect.clone(),
            account::authenticate,
        ))
        .with_state(konnect)
}
