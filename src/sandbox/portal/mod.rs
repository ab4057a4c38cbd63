//! The developers' Portal API, emulated (version 3).
//!
//! One origin serves all portals. A `Host` of the form `<slug>.localhost` names one of them; on the
//! plain origin the portal is that of the session, at log-in the one that knows the developer, and
//! the first portal otherwise. Errors have the vendor's problem form here too.

mod application;
mod credential;
mod place;
mod registration;
mod session;
mod strategy;

#[cfg(test)]
mod tests;

use axum::http::HeaderMap;
use jiff::Timestamp;

use super::konnect::{Konnect, KonnectState, Problem, method_not_allowed};
use super::shared::Shared;

/// The e-mail address of the developer whose access cookie a request carries.
pub(super) fn developer_of(
    state: &KonnectState,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<String> {
    let session = session::session_of(state, headers, now)?;
    let developer = state.developers.get(&session.developer)?;
    Some(developer.email.clone())
}

/// The Portal API.
pub(super) fn router(state: Shared<KonnectState>) -> axum::Router {
    axum::Router::new()
        .merge(place::routes())
        .merge(session::routes())
        .merge(strategy::routes())
        .merge(application::routes())
        .merge(credential::routes())
        .merge(registration::routes())
        .fallback(async || Problem::not_found())
        .method_not_allowed_fallback(method_not_allowed)
        .with_state(Konnect::new(state))
}
