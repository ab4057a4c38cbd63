use std::collections::BTreeSet;

use super::observe::Range;
use crate::base::KindName;
use crate::kinds::okta::client;
use crate::plan::{Declared, Prune};

/// The OAuth scopes that a document needs of Okta: <https://developer.okta.com/docs/api/oauth2/>
#[derive(Debug, PartialEq, Eq)]
pub(super) struct OktaScopes {
    /// For what is looked at.
    pub(super) read: Vec<String>,
    /// For what the document declares, or may prune.
    pub(super) manage: Vec<String>,
}

impl OktaScopes {
    /// No more than the document's kinds need.
    pub(super) fn of(declared: &Declared, prunes: &[Prune]) -> Self {
        let may_go = declared.iter().map(|desired| desired.kind).collect();
        let range = Range::of(declared, prunes).with_dependants(&may_go);
        let below = prunes.iter().filter_map(|prune| match prune {
            Prune::Below(top) => crate::kinds::find(top.kind()).map(|kind| kind.info().name),
            Prune::Owned { .. } => None,
        });
        let written = declared.iter().map(|desired| desired.kind).chain(below);
        Self {
            read: scopes(range.kinds(), "read"),
            manage: scopes(written, "manage"),
        }
    }
}

fn scopes(kinds: impl Iterator<Item = KindName>, verb: &str) -> Vec<String> {
    let okta = kinds.filter(|kind| kind.vendor() == "okta");
    let resources: BTreeSet<&str> = okta.map(resource).collect();
    resources
        .into_iter()
        .map(|resource| format!("okta.{resource}.{verb}"))
        .collect()
}

/// Scopes, claims, policies and rules count as their server.
fn resource(kind: KindName) -> &'static str {
    if kind == client::NAME {
        "apps"
    } else {
        "authorizationServers"
    }
}
