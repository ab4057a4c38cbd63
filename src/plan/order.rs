//! Priorities: vendors renumber them, so only the order among declared siblings is compared.
//!
//! A vendor puts an object at the place that its number asks for, or at the end; the others make room.
//! When just the misplaced are written and the siblings would not end in order by that, because of
//! gaps or of objects that nobody declares, all are written: from the lowest on this always ends in
//! order, as each is put behind all that were written before. Changing any other field writes the
//! number, too, because vendors replace whole objects.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::{Action, Compare, Desired, KindInfo, PlanInput, Step};
use crate::base::Address;

/// One sibling that declares the field: its number, its address and whether it is live.
type Wanted<'a> = (i64, &'a Address, bool);

/// Finds the live objects whose number has to be written so that the siblings end in order.
///
/// `doomed` are to be deleted, `touched` are changed for another reason.
pub(super) fn out_of_order(
    kind: &KindInfo,
    input: &PlanInput<'_>,
    doomed: &HashSet<Address>,
    touched: &HashSet<Address>,
) -> HashSet<(Address, &'static str)> {
    let (declared, world) = (input.declared, input.world);
    let mut moved = HashSet::new();
    let Some(field) = order_field(kind) else {
        return moved;
    };
    let mut live = BTreeMap::<Option<Address>, Vec<(Option<i64>, &Address)>>::new();
    for object in world.of(kind.name) {
        if let Some(address) = &object.address {
            let number = object.field(field).as_int();
            let family = live.entry(world.parent(object, input.kinds)).or_default();
            family.push((number, address));
        }
    }
    let mut families = BTreeMap::<Option<Address>, Vec<Wanted<'_>>>::new();
    let mut at_the_top: HashMap<Option<Address>, usize> = HashMap::new();
    for desired in declared.of(kind.name).filter(|desired| !desired.absent) {
        let parent = desired.parent.clone();
        let there = world.get(&desired.address).is_some();
        match desired.field(field).as_int() {
            Some(number) => {
                let family = families.entry(parent).or_default();
                family.push((number, &desired.address, there));
            }
            None if !there => *at_the_top.entry(parent).or_default() += 1,
            None => {}
        }
    }
    for (parent, mut wanted) in families {
        wanted.sort();
        let mut order = live.remove(&parent).unwrap_or_default();
        order.sort();
        let mut order: Vec<Option<&Address>> = order
            .into_iter()
            .map(|(_, address)| Some(address))
            .collect();
        let new = at_the_top.get(&parent).copied().unwrap_or_default();
        order.splice(0..0, std::iter::repeat_n(None, new));
        let remaining: Vec<Option<&Address>> = order
            .iter()
            .copied()
            .filter(|place| place.is_none_or(|address| !doomed.contains(address)))
            .collect();
        let some = misplaced(&wanted, &order);
        let mut writes = some.clone();
        writes.extend(touched);
        // deletes of siblings may come before or after
        let enough = [&order, &remaining]
            .iter()
            .all(|order| in_order(&wanted, &written(&wanted, order, &writes)));
        let all = wanted.iter().filter(|(_, _, there)| *there);
        moved.extend(
            all.map(|(_, address, _)| *address)
                .filter(|address| !enough || some.contains(address))
                .map(|address| (address.clone(), field)),
        );
    }
    moved
}

/// The field of which only the order means anything.
pub(super) fn order_field(kind: &KindInfo) -> Option<&'static str> {
    let ordered = kind.fields.iter();
    ordered
        .filter(|field| field.compare == Compare::Order)
        .map(|field| field.name)
        .next()
}

/// New siblings, and the fewest others that have to move so that all are in order.
fn misplaced<'a>(wanted: &[Wanted<'a>], order: &[Option<&'a Address>]) -> HashSet<&'a Address> {
    let place = |address: &Address| order.iter().position(|there| *there == Some(address));
    let there: Vec<(usize, &Address)> = wanted
        .iter()
        .filter_map(|(_, address, _)| Some((place(address)?, *address)))
        .collect();
    let places: Vec<usize> = there.iter().map(|(place, _)| *place).collect();
    let stays = longest_rising(&places);
    let moved = there
        .iter()
        .enumerate()
        .filter(|(at, _)| !stays.contains(at))
        .map(|(_, (_, address))| *address);
    let new = wanted
        .iter()
        .filter(|(_, _, there)| !there)
        .map(|(_, address, _)| *address);
    moved.chain(new).collect()
}

/// The places of the longest subsequence that rises; families are small, so the square of it will do.
fn longest_rising(numbers: &[usize]) -> Vec<usize> {
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
    best.into_iter().max_by_key(Vec::len).unwrap_or_default()
}

/// The order after these were written, from the lowest number on.
fn written<'a>(
    wanted: &[Wanted<'a>],
    order: &[Option<&'a Address>],
    some: &HashSet<&Address>,
) -> Vec<Option<&'a Address>> {
    let mut order = order.to_vec();
    for (number, address, _) in wanted
        .iter()
        .filter(|(_, address, _)| some.contains(address))
    {
        order.retain(|there| there != &Some(*address));
        let place = usize::try_from(number.saturating_sub(1)).unwrap_or(0);
        order.insert(place.min(order.len()), Some(*address));
    }
    order
}

fn in_order(wanted: &[Wanted<'_>], order: &[Option<&Address>]) -> bool {
    let numbers: HashMap<&Address, i64> = wanted
        .iter()
        .map(|(number, address, _)| (*address, *number))
        .collect();
    order
        .iter()
        .filter_map(|there| numbers.get((*there)?))
        .is_sorted()
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
        let kind = input
            .kinds
            .iter()
            .position(|kind| step.address.is(kind.name));
        let Some(kind) = kind else { continue };
        if let Some(desired) = input.declared.get(&step.address)
            && let Some(place) = place(step, desired, input)
        {
            let family = families.entry((kind, desired.parent.clone())).or_default();
            family.push((place, &step.address));
        } else if let (Action::Delete, Some(live)) = (step.action, input.world.get(&step.address)) {
            gone.push(((kind, input.world.parent(live, input.kinds)), &step.address));
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
    let kind = input.kinds.iter().find(|kind| kind.name == desired.kind)?;
    let number = desired.field(order_field(kind)?).as_int();
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
