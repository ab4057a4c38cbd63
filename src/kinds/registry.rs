use super::erased::Erased;
use super::{AnyKind, konnect, okta};
use crate::plan::KindInfo;

/// All kinds in dependency order: what an object points at stands before it.
static REGISTRY: &[&dyn AnyKind] = &[
    &Erased::<okta::authorization_server::AuthorizationServer>::new(),
    &Erased::<okta::scope::Scope>::new(),
    &Erased::<okta::claim::Claim>::new(),
    &Erased::<okta::policy::Policy>::new(),
    &Erased::<okta::policy_rule::PolicyRule>::new(),
    &Erased::<okta::client::Client>::new(),
    &Erased::<konnect::dcr_provider::DcrProvider>::new(),
    &Erased::<konnect::auth_strategy::AuthStrategy>::new(),
    &Erased::<konnect::portal::Portal>::new(),
    &Erased::<konnect::lookup::Api>::new(),
    &Erased::<konnect::lookup::Developer>::new(),
    &Erased::<konnect::lookup::Team>::new(),
    &Erased::<konnect::publication::Publication>::new(),
    &Erased::<konnect::app::App>::new(),
    &Erased::<konnect::registration::Registration>::new(),
];

/// All kinds in dependency order.
pub fn registry() -> &'static [&'static dyn AnyKind] {
    REGISTRY
}

/// What the differ has to know of all kinds, in dependency order.
pub fn infos() -> Vec<KindInfo> {
    REGISTRY.iter().map(|kind| *kind.info()).collect()
}

/// The kind of this name.
pub fn find(name: &str) -> Option<&'static dyn AnyKind> {
    REGISTRY
        .iter()
        .copied()
        .find(|kind| kind.info().name.as_str() == name)
}
