use std::collections::HashSet;

use super::{Desired, Live, Owner, PlanInput, Role, World};
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
    fn covers(&self, live: &Live, world: &World) -> bool {
        match self {
            Self::Below(top) => world.above(live).any(|address| address == top),
            Self::Owned { vendor, document } => {
                live.kind.vendor() == *vendor
                    && matches!(&live.owner, Some(Owner::Document(name)) if name == document)
            }
        }
    }
}

/// Finds the live objects that are to be pruned: what the document only names is not among them, be it
/// to say where something is that is declared absent.
pub(super) fn pruned<'a>(input: &PlanInput<'a>) -> impl Iterator<Item = &'a Live> {
    let (prunes, declared, world) = (input.prune, input.declared, input.world);
    let named: HashSet<&Address> = declared.iter().flat_map(Desired::needs).collect();
    let managed = input.kinds.iter().filter(|kind| kind.role == Role::Managed);
    let live = managed.flat_map(|kind| world.of(kind.name));
    live.filter(move |live| {
        let undeclared = live
            .address
            .as_ref()
            .is_some_and(|address| declared.get(address).is_none() && !named.contains(address));
        !live.system && undeclared && prunes.iter().any(|prune| prune.covers(live, world))
    })
}
