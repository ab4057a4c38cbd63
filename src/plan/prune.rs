use std::collections::HashSet;

use super::{Declared, Desired, KindInfo, Live, Owner, World};
use crate::base::Address;

/// What may be deleted although no entry names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prune {
    /// Everything below this object that the vendor did not make and the document does not declare.
    Below(Address),
    /// Everything of this vendor that carries our owner mark and is not declared.
    Owned {
        /// The vendor's name, `konnect`.
        vendor: &'static str,
        /// The document's `name`.
        document: String,
    },
}

impl Prune {
    fn covers(&self, live: &Live, world: &World, kinds: &[KindInfo]) -> bool {
        match self {
            Self::Below(top) => {
                let mut above = world.parent(live, kinds);
                while let Some(address) = above {
                    if address == *top {
                        return true;
                    }
                    above = world
                        .get(&address)
                        .and_then(|parent| world.parent(parent, kinds));
                }
                false
            }
            Self::Owned { vendor, document } => {
                live.kind.vendor() == *vendor
                    && live.owner == Some(Owner::Document(document.clone()))
            }
        }
    }
}

/// Finds the live objects that are to be pruned: what the document only names is not among them.
pub(super) fn pruned<'a>(
    prunes: &'a [Prune],
    declared: &'a Declared,
    world: &'a World,
    kinds: &'a [KindInfo],
) -> impl Iterator<Item = &'a Live> {
    let wanted = declared.iter().filter(|desired| !desired.absent);
    let named: HashSet<&Address> = wanted.flat_map(Desired::needs).collect();
    world.iter().filter(move |live| {
        let undeclared = live
            .address
            .as_ref()
            .is_some_and(|address| declared.get(address).is_none() && !named.contains(address));
        let managed = kinds
            .iter()
            .any(|kind| kind.name == live.kind && kind.role == super::Role::Managed);
        !live.system
            && managed
            && undeclared
            && prunes.iter().any(|prune| prune.covers(live, world, kinds))
    })
}
