//! Custom authorization servers with their scopes, claims, policies, rules and keys.
//!
//! The singular holds what an object is and looks like (`scope`), the plural what can be done (`scopes`).

mod auth_server;
mod claim;
pub(crate) mod claims;
mod key;
pub(crate) mod keys;
mod order;
pub(crate) mod policies;
mod policy;
mod rule;
mod rule_body;
pub(crate) mod rules;
mod scope;
pub(crate) mod scopes;
pub(crate) mod servers;
pub(crate) mod trusts;

pub(crate) use auth_server::{IssuerMode, RotationMode, Server};
pub(crate) use claim::{Claim, ClaimType, ValueType};
pub(crate) use key::{KeyStatus, SigningKey, first_keys};
pub(crate) use policy::{ALL_CLIENTS, Policy};
pub(crate) use rule::{Lifetimes, PolicyRule, RuleConditions};
pub(crate) use scope::{Consent, Publish, Scope};
