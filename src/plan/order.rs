//! Priorities: vendors renumber them, so only the order among declared siblings is compared.

use std::collections::{BTreeMap, HashSet};

use super::{Compare, Declared, KindInfo, World};
use crate::base::Address;

/// Finds the objects whose rank among their declared siblings differs from what is live.
pub(super) fn out_of_order(
    kind: &KindInfo,
    declared: &Declared,
    world: &World,
) -> HashSet<(Address, &'static str)> {
    let mut moved = HashSet::new();
    for field in kind
        .fields
        .iter()
        .filter(|field| field.compare == Compare::Order)
    {
        let mut families: BTreeMap<Option<&Address>, Vec<(i64, i64, &Address)>> = BTreeMap::new();
        for desired in declared.of(kind.name).filter(|desired| !desired.absent) {
            let Some(wanted) = desired.field(field.name).as_int() else {
                continue;
            };
            let live = world.get(&desired.address);
            let Some(live) = live.and_then(|live| live.field(field.name).as_int()) else {
                continue;
            };
            families.entry(desired.parent.as_ref()).or_default().push((
                wanted,
                live,
                &desired.address,
            ));
        }
        for mut family in families.into_values() {
            family.sort();
            let wanted: Vec<&Address> = family.iter().map(|(_, _, address)| *address).collect();
            family.sort_by_key(|(_, live, address)| (*live, *address));
            let live = family.iter().map(|(_, _, address)| *address);
            for (wanted, live) in wanted.into_iter().zip(live) {
                if wanted != live {
                    moved.insert((wanted.clone(), field.name));
                }
            }
        }
    }
    moved
}
