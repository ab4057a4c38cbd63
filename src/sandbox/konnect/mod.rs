//! Konnect, emulated: the account's state and its admin API.
//!
//! The state also stands behind the developers' Portal API and the gateway, beside this module.
//! One file per concept holds its record, its table of what a body may hold, its view and its
//! routes. Dynamic client registration is really carried out, over HTTP, at the identity provider
//! that a DCR provider names: `enrolment` decides, `registrar` calls.
//!
//! Where the vendor's contract is silent, the choice made is told in a comment beside it.

mod account;
mod api;
mod application;
mod application_routes;
mod body;
mod context;
mod credential;
mod developer;
mod digest;
mod enrolment;
mod listing;
mod okta_registrar;
mod portal;
mod problem;
mod provider;
mod provider_tables;
mod publication;
mod registrar;
mod registration;
mod seed;
mod slug;
mod state;
mod strategy;
mod strategy_tables;
mod team;

#[cfg(test)]
pub(super) mod tests;

pub(super) use application::{Application, ClientOrigin, Owner};
pub(super) use body::{Body, Field, Sent, Shape};
pub(super) use context::{Answer, Konnect, created, method_not_allowed, ok, stamp};
pub(super) use credential::{Credential, credentials_of, registered_client};
pub(super) use developer::{Developer, Status};
pub(super) use digest::Digest;
pub(super) use enrolment::{NewApplication, enrol, withdraw};
pub(super) use listing::{Columns, Operators, Query};
pub(super) use portal::Portal;
pub(super) use problem::{Invalid, Problem};
pub(super) use registrar::Registrar;
pub(super) use registration::Registration;
pub(super) use seed::ADMIN_TOKEN;
pub(super) use state::{KonnectState, Session, entry};
pub(super) use strategy::{Method, Strategy};

use super::shared::Shared;

/// The admin API.
pub(super) fn router(state: Shared<KonnectState>) -> axum::Router {
    let konnect = Konnect::new(state);
    axum::Router::new()
        .merge(account::routes())
        .merge(provider::routes())
        .merge(strategy::routes())
        .merge(portal::routes())
        .merge(developer::routes())
        .merge(team::routes())
        .merge(application_routes::routes())
        .merge(credential::routes())
        .merge(registration::routes())
        .merge(api::routes())
        .merge(publication::routes())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(method_not_allowed)
        .layer(axum::middleware::from_fn_with_state(
            konnect.clone(),
            account::authenticate,
        ))
        .with_state(konnect)
}
