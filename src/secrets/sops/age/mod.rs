//! Keys that are wrapped and unwrapped with age.
//!
//! Identities are looked for where sops looks, and nowhere else but the document's `key_files`;
//! each place that does not serve leaves its reason for the error text.

mod command;
mod identities;
mod identity;
mod locked;
mod wrap;

pub(super) use identities::Identities;
pub use identity::generate as generate_identity;
pub(super) use wrap::wrap;

#[cfg(test)]
mod tests;
