//! Priorities: vendors renumber them, so only the order among declared siblings is compared.

use std::collections::{BTreeMap, HashSet};

use super::{Compare, Declared, KindInfo, World};
use crate::base::Address;

/// Finds the fewest objects that have to move so that their declared siblings are in order.
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
            family.sort_by_key(|(wanted, _, address)| (*wanted, *address));
            let live: Vec<i64> = family.iter().map(|(_, live, _)| *live).collect();
            let stays = longest_rising(&live);
            for (at, (_, _, address)) in family.into_iter().enumerate() {
                if !stays.contains(&at) {
                    moved.insert((address.clone(), field.name));
                }
            }
        }
    }
    moved
}

/// The places of the longest subsequence that rises; families are small, so the square of it will do.
fn longest_rising(numbers: &[i64]) -> Vec<usize> {
    let mut best: Vec<Vec<usize>> = Vec::with_capacity(numbers.len());
    for (at, number) in numbers.iter().enumerate() {
        let before = best
            .iter()
            .filter(|run| {
                let last = run.last().and_then(|last| numbers.get(*last));
                last.is_some_and(|last| last < number)
            })
            .max_by_key(|run| run.len());
        let mut run = before.cloned().unwrap_or_default();
        run.push(at);
        best.push(run);
    }
    // of equals the first: what is asked first stays
    best.into_iter()
        .rev()
        .max_by_key(Vec::len)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::longest_rising;

    #[test]
    fn as_many_as_possible_stay() {
        assert_eq!(longest_rising(&[]), [0; 0]);
        assert_eq!(longest_rising(&[1, 2, 3]), [0, 1, 2]);
        assert_eq!(longest_rising(&[3, 1, 2]), [1, 2]);
        assert_eq!(longest_rising(&[3, 2, 1]).len(), 1);
        assert_eq!(longest_rising(&[2, 5, 3, 7, 1]).len(), 3);
    }
}
