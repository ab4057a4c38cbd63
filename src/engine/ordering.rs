//! Order across entries that name each other without pointing at each other.

use crate::base::{Address, Value};
use crate::kinds::konnect::{auth_strategy, publication, registration};
use crate::kinds::okta::{authorization_server, claim, scope};
use crate::plan::{Declared, Desired};

/// Lets a strategy wait for the scopes and claim that it names, and a registration for its publication.
pub(super) fn settle(declared: &mut Declared) {
    let waits: Vec<(Address, Vec<Address>)> = declared
        .of(auth_strategy::NAME)
        .map(|strategy| (strategy.address.clone(), parts(strategy, declared)))
        .chain(declared.of(registration::NAME).map(|wanted| {
            let publication = declared
                .of(publication::NAME)
                .find(|publication| published(publication, wanted));
            let address = publication.map(|publication| publication.address.clone());
            (wanted.address.clone(), address.into_iter().collect())
        }))
        .collect();
    for (address, after) in waits {
        if let Some(desired) = declared
            .iter_mut()
            .find(|desired| desired.address == address)
        {
            desired.after.extend(after);
        }
    }
}

fn published(publication: &Desired, wanted: &Desired) -> bool {
    publication.field("api") == wanted.field("api")
        && publication.field("portal").as_ref_address() == wanted.parent.as_ref()
}

/// The declared scopes and claims of the server that a strategy's tokens come from.
fn parts(strategy: &Desired, declared: &Declared) -> Vec<Address> {
    let Some(server) = server(strategy, declared) else {
        return Vec::new();
    };
    let scopes = strategy.field("scopes").texts();
    let claims = strategy.field("credential_claims").texts();
    let named = |desired: &Desired, names: &[&str]| {
        desired.parent.as_ref() == Some(&server)
            && desired
                .field("name")
                .as_text()
                .is_some_and(|name| names.contains(&name))
    };
    declared
        .of(scope::NAME)
        .filter(|desired| named(desired, &scopes))
        .chain(
            declared
                .of(claim::NAME)
                .filter(|desired| named(desired, &claims)),
        )
        .map(|desired| desired.address.clone())
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
