//! Portals and what lives in them: developers, teams, applications, registrations.

pub(super) mod application;
pub(super) mod application_routes;
pub(super) mod credential;
pub(super) mod developer;
pub(super) mod portal;
pub(super) mod portal_routes;
pub(super) mod registration;
pub(super) mod team;
