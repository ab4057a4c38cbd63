//! What clients see of an authorization server: discovery, keys, tokens, introspection.
//!
//! A token is what a policy lets through (`grant`), with the claims whose expressions hold
//! (`expression`). Machines only: there is no person here who could log in, so client credentials are
//! the one grant, and whatever an expression asks about a person is null.

mod assertion;
mod client_auth;
pub(crate) mod client_keys;
pub(crate) mod discovery;
mod expression;
mod function;
mod grant;
pub(crate) mod introspect;
pub(crate) mod org_token;
mod parse;
mod sign;
pub(crate) mod token;
