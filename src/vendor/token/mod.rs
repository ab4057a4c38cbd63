//! Proves what an application can do: metadata of the issuer, a token, its claims, a call of the gateway.
//!
//! Speaks plain OAuth (RFC 6749, 8414) and `OpenID` Connect discovery; nothing here is Okta's own.

mod claims;
mod error;
mod probe;

pub use error::TokenError;
pub(super) use error::answer;
pub use probe::{Called, Metadata, Probe, Token};

#[cfg(test)]
mod tests;
