//! Priorities: vendors renumber them, so only the order among declared siblings is compared, and the
//! number to ask for is found by the kind just before the write.

use std::collections::{BTreeMap, HashSet};

use super::{Action, Compare, Declared, Desired, KindInfo, PlanInput, Step, World};
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
            // equal numbers say nothing about each other
            family.sort_unstable();
            let live: Vec<i64> = family.iter().map(|(_, live, _)| *live).collect();
            let stays: HashSet<usize> = longest_rising(&live).into_iter().collect();
            for (at, (_, _, address)) in family.into_iter().enumerate() {
                if !stays.contains(&at) {
                    moved.insert((address.clone(), field.name));
                }
            }
        }
    }
    moved
}

/// The places of the longest subsequence that rises; of equals the one that ends first.
fn longest_rising(numbers: &[i64]) -> Vec<usize> {
    // how long the longest one is that ends at each place, by patience sorting
    let mut lowest: Vec<i64> = Vec::new();
    let mut lengths = Vec::with_capacity(numbers.len());
    for number in numbers {
        let shorter = lowest.partition_point(|last| last < number);
        match lowest.get_mut(shorter) {
            Some(last) => *last = *number,
            None => lowest.push(*number),
        }
        lengths.push(shorter + 1);
    }
    let mut wanted = lowest.len();
    // of equals the first: what is asked first stays
    let end = lengths.iter().position(|length| *length == wanted);
    let mut places: Vec<usize> = end.into_iter().collect();
    let runs = numbers.iter().zip(&lengths).enumerate();
    let mut next = end.and_then(|end| numbers.get(end));
    for (at, (number, length)) in runs.take(end.unwrap_or_default()).rev() {
        if *length + 1 == wanted && next.is_some_and(|next| number < next) {
            places.push(at);
            wanted = *length;
            next = Some(number);
        }
    }
    places.reverse();
    places
}

/// Where a step puts its object among the siblings; in the order in which such steps must come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    /// Where it was observed: nothing may have been moved before.
    Same,
    /// At the top, as the vendors do without a number: nothing may have been numbered before.
    Top,
    /// At this number.
    At(i64),
}

/// The steps of siblings, each with one that has to come before it.
pub(super) fn one_by_one(steps: &[Step], input: &PlanInput<'_>) -> Vec<(Address, Address)> {
    let mut families = BTreeMap::<(usize, Option<Address>), Vec<(Place, &Address)>>::new();
    let mut gone = Vec::new();
    for step in steps {
        let Some(kind) = input.rank(&step.address) else {
            continue;
        };
        if let Some(desired) = input.declared.get(&step.address)
            && let Some(place) = place(step, desired, input)
        {
            let family = families.entry((kind, desired.parent.clone())).or_default();
            family.push((place, &step.address));
        } else if let (Action::Delete, Some(live)) = (step.action, input.world.get(&step.address)) {
            let parent = input.world.parent(live).cloned();
            gone.push(((kind, parent), &step.address));
        }
    }
    let mut pairs = Vec::new();
    for (family, deleted) in gone {
        let siblings = families.get(&family).into_iter().flatten();
        let same = siblings.filter(|(place, _)| *place == Place::Same);
        pairs.extend(same.map(|(_, same)| (deleted.clone(), (*same).clone())));
    }
    for mut family in families.into_values() {
        family.sort();
        if family
            .last()
            .is_some_and(|(place, _)| *place != Place::Same)
        {
            for (before, next) in family.iter().zip(family.iter().skip(1)) {
                pairs.push((next.1.clone(), before.1.clone()));
            }
        }
    }
    pairs
}

/// Where a step puts its object; `None` when the kind has no order or the object goes.
pub(super) fn place(step: &Step, desired: &Desired, input: &PlanInput<'_>) -> Option<Place> {
    let kind = input.kind(&step.address)?;
    let number = desired.field(kind.order_field()?).as_int();
    match step.action {
        Action::Create | Action::Replace => Some(number.map_or(Place::Top, Place::At)),
        Action::Adopt | Action::Update => Some(number.map_or(Place::Same, Place::At)),
        Action::Delete => None,
    }
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
