//! What clients see of an authorization server: discovery, keys, tokens, introspection.

mod client_auth;
pub(crate) mod discovery;
mod expression;
mod grant;
pub(crate) mod introspect;
mod parse;
pub(crate) mod token;
