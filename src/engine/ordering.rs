//! Order across entries that name each other without pointing at each other.

use std::collections::{BTreeMap, HashMap};

use crate::base::{Address, KindName, Value};
use crate::kinds::konnect::{auth_strategy, publication, registration};
use crate::kinds::okta::{authorization_server, claim, scope};
use crate::plan::{Declared, Desired};

/// Lets a strategy wait for the scopes and claim that it names, and a registration for its publication.
pub(super) fn settle(declared: &mut Declared) {
    let named = named(declared);
    let published = published(declared);
    let strategies = declared
        .of(auth_strategy::NAME)
        .map(|strategy| (strategy.address.clone(), parts(strategy, declared, &named)));
    let registrations = declared.of(registration::NAME).filter_map(|wanted| {
        let publication = published.get(&(wanted.field("api"), wanted.parent.as_ref()?))?;
        Some((wanted.address.clone(), vec![(*publication).clone()]))
    });
    let waits: Vec<(Address, Vec<Address>)> = strategies.chain(registrations).collect();
    for (address, after) in waits {
        if let Some(desired) = declared.get_mut(&address) {
            desired.after.extend(after);
        }
    }
}

/// Scopes and claims by server and name; claims of both tokens may share a name.
type Named<'a> = HashMap<(KindName, &'a Address, &'a str), Vec<&'a Address>>;

fn named(declared: &Declared) -> Named<'_> {
    let mut named = Named::new();
    for kind in [scope::NAME, claim::NAME] {
        for desired in declared.of(kind) {
            if let (Some(server), Some(name)) = (&desired.parent, desired.field("name").as_text()) {
                let all = named.entry((kind, server, name)).or_default();
                all.push(&desired.address);
            }
        }
    }
    named
}

/// Publications by API and portal.
fn published(declared: &Declared) -> BTreeMap<(&Value, &Address), &Address> {
    let mut published = BTreeMap::new();
    for publication in declared.of(publication::NAME) {
        if let Some(portal) = publication.field("portal").as_ref_address() {
            let place = (publication.field("api"), portal);
            published.entry(place).or_insert(&publication.address);
        }
    }
    published
}

/// The declared scopes and claims of the server that a strategy's tokens come from.
fn parts(strategy: &Desired, declared: &Declared, named: &Named<'_>) -> Vec<Address> {
    let Some(server) = server(strategy, declared) else {
        return Vec::new();
    };
    [(scope::NAME, "scopes"), (claim::NAME, "credential_claims")]
        .into_iter()
        .flat_map(|(kind, field)| {
            let texts = strategy.field(field).texts().into_iter();
            texts.map(move |name| (kind, name))
        })
        .filter_map(|(kind, name)| named.get(&(kind, &server, name)))
        .flatten()
        .map(|address| (*address).clone())
        .collect()
}

fn server(strategy: &Desired, declared: &Declared) -> Option<Address> {
    let mut place = strategy;
    loop {
        let Value::Of(address, _) = place.field("issuer") else {
            return None;
        };
        if address.is(authorization_server::NAME) {
            return Some(address.clone());
        }
        place = declared.get(address)?;
    }
}
