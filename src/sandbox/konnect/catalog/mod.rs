//! The API catalogue and its publications to portals.

pub(super) mod api;
pub(super) mod api_routes;
pub(super) mod publication;
