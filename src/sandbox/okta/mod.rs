//! Okta, emulated: authorization servers, OIDC applications, dynamic client registration and tokens.
//!
//! Written from Okta's documentation and from recorded answers; where they disagree the recordings win.
//! Okta keeps things that this org has not (groups, zones, inline hooks); their ids are accepted and
//! given back. Nothing of ours but `base` is known here.
//!
//! - `state`: what the org holds, all of it saved with the sandbox
//! - `http`: authentication, rate limits, pages, errors
//! - `jose`: signed assertions and proofs
//! - `log`: the System Log
//! - `server`: authorization servers and what is in them
//! - `app`: applications, their secrets, and registration
//! - `oauth`: discovery, tokens, introspection
//! - `org`: the few endpoints about the org itself

mod app;
mod http;
mod jose;
mod log;
mod oauth;
mod org;
mod routes;
mod seed;
mod server;
mod state;

pub(super) use http::TOKEN_SHARE;
pub(super) use routes::router;
pub(super) use state::OktaState;

#[cfg(test)]
mod tests;
