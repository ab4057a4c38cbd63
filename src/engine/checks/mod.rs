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
