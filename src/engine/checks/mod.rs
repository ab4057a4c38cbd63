//! Meaning across both systems: what a strategy at Konnect needs of an authorization server at Okta.
//!
//! Each check is a function over [`Facts`]. Offline, what the document does not declare may still be
//! there, so its absence is a warning; once the vendors were read it is an error.

mod claims;
mod clients;
mod facts;
mod grants;
mod issuers;
mod lookups;
mod publications;
mod scopes;

use facts::Facts;

use crate::base::Report;
use crate::config::Settings;
use crate::plan::{Declared, World};

type Check = fn(&Facts<'_>, &mut Report);

/// All checks by name, in the order in which they run.
const CHECKS: &[(&str, Check)] = &[
    ("lookups", lookups::check),
    ("issuers", issuers::check),
    ("scopes", scopes::check),
    ("claims", claims::check),
    ("grants", grants::check),
    ("clients", clients::check),
    ("publications", publications::check),
];

/// The codes of these checks' findings, with what they mean.
pub const CODES: [(&str, &str); 18] = [
    (
        "api-not-published",
        "an application wants an API that its portal does not publish",
    ),
    (
        "claim-in-id-token",
        "the credential claim is in the identity token, which the gateway never sees",
    ),
    ("claim-inactive", "the credential claim is switched off"),
    (
        "claim-not-in-server",
        "the credential claim is not in the authorization server",
    ),
    (
        "claim-scopes",
        "the credential claim comes only with scopes that the strategy does not ask for",
    ),
    (
        "claim-value",
        "the credential claim does not hold the client id",
    ),
    (
        "client-unknown",
        "an existing client that Okta does not know",
    ),
    (
        "consent-with-client-credentials",
        "a scope that needs a person's consent, for a machine",
    ),
    (
        "issuer-form",
        "an issuer that no Okta authorization server has",
    ),
    (
        "issuer-mismatch",
        "two places that must name the same issuer do not",
    ),
    (
        "issuer-unknown",
        "no authorization server of the org has this issuer",
    ),
    (
        "no-policy-rule",
        "no rule would grant the strategy's scopes to its clients",
    ),
    (
        "no-scopes-with-client-credentials",
        "no scopes, so Konnect would ask for `openid`",
    ),
    ("not-found", "something that is only named is not there"),
    (
        "openid-with-client-credentials",
        "`openid` cannot be granted to a machine",
    ),
    (
        "scope-not-in-server",
        "a scope of the strategy is not in the authorization server",
    ),
    (
        "strategy-mismatch",
        "application and publication use different strategies",
    ),
    (
        "verify-without-registration",
        "an API is to be verified with an application that is not registered for it",
    ),
];

/// Checks what the document alone can tell.
pub(super) fn offline(declared: &Declared, settings: Option<&Settings>, report: &mut Report) {
    run(declared, None, settings, report);
}

/// Checks everything, now that the vendors were read.
pub(super) fn live(declared: &Declared, world: &World, settings: &Settings, report: &mut Report) {
    run(declared, Some(world), Some(settings), report);
}

fn run(
    declared: &Declared,
    world: Option<&World>,
    settings: Option<&Settings>,
    report: &mut Report,
) {
    let facts = Facts::new(declared, world, settings);
    for (_, check) in CHECKS {
        check(&facts, report);
    }
}
