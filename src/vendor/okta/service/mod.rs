//! Logs in as an OAuth service application: `private_key_jwt`, with `DPoP` (RFC 9449) where the application wants it.
//!
//! Assertions and proofs are single-use, so each try of each request gets its own.

mod jwk;
mod jwt;
mod key;
mod login;
mod proof;
mod refusal;

pub use login::Service;
pub(super) use login::ServiceLogin;

#[cfg(test)]
mod tests;
