use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::base::{Count, printable};
use crate::status::{ObjectState, ObjectStatus};

/// One box of the picture.
pub(super) struct Node {
    /// What stands in it.
    pub(super) title: String,
    /// Below it, in small.
    pub(super) below: String,
    /// The whole, for who points at it.
    pub(super) whole: String,
    pub(super) state: ObjectState,
    /// The boxes that it needs, by their number.
    pub(super) needs: Vec<usize>,
}

/// A box for each object.
pub(super) fn of_objects(objects: &[ObjectStatus]) -> Vec<Node> {
    let numbers: HashMap<_, _> = objects
        .iter()
        .enumerate()
        .map(|(number, object)| (&object.address, number))
        .collect();
    let node = |(number, object): (usize, &ObjectStatus)| {
        let needs = object.needs.iter().filter_map(|it| numbers.get(it));
        let kind = object.address.kind();
        let (vendor, noun) = kind.split_once('.').unwrap_or(("", kind));
        Node {
            title: printable(object.address.key()).into_owned(),
            below: format!("{vendor} {}", noun.replace('_', " ")),
            whole: printable(object.address.as_str()).into_owned(),
            state: object.state,
            needs: needs.copied().filter(|it| *it != number).collect(),
        }
    };
    objects.iter().enumerate().map(node).collect()
}

/// A box for each kind, with the state that is most to worry about.
pub(super) fn of_kinds(objects: &[ObjectStatus]) -> Vec<Node> {
    let mut kinds: Vec<&str> = Vec::new();
    let mut number_of: HashMap<&str, usize> = HashMap::new();
    for object in objects {
        number_of.entry(object.address.kind()).or_insert_with(|| {
            kinds.push(object.address.kind());
            kinds.len() - 1
        });
    }
    let mut needs: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); kinds.len()];
    let mut states: Vec<BTreeMap<usize, usize>> = vec![BTreeMap::new(); kinds.len()];
    for object in objects {
        let Some(&number) = number_of.get(object.address.kind()) else {
            continue;
        };
        if let Some(states) = states.get_mut(number) {
            *states.entry(gravity(object.state)).or_default() += 1;
        }
        if let Some(needs) = needs.get_mut(number) {
            let needed = object.needs.iter();
            needs.extend(needed.filter_map(|it| number_of.get(it.kind())));
            needs.remove(&number);
        }
    }
    let nodes = kinds.into_iter().zip(needs).zip(states);
    nodes
        .map(|((kind, needs), states)| of_kind(kind, needs, &states))
        .collect()
}

fn of_kind(kind: &str, needs: BTreeSet<usize>, states: &BTreeMap<usize, usize>) -> Node {
    let count = states.values().sum();
    let state = |gravity: &usize| ObjectState::ALL.get(*gravity).copied();
    let troubled: Vec<String> = states
        .iter()
        .rev()
        .filter_map(|(gravity, count)| Some((state(gravity)?, count)))
        .filter(|(state, _)| *state != ObjectState::InSync)
        .map(|(state, count)| format!("{count} {}", super::mark::name(state)))
        .collect();
    let (vendor, noun) = kind.split_once('.').unwrap_or(("", kind));
    let below = if troubled.is_empty() {
        "all in sync".to_owned()
    } else {
        troubled.join(", ")
    };
    Node {
        title: Count::of(count, &noun.replace('_', " ")).to_string(),
        whole: format!("{vendor} {noun}: {count}, {below}"),
        below,
        state: states
            .keys()
            .next_back()
            .and_then(state)
            .unwrap_or(ObjectState::Unknown),
        needs: needs.into_iter().collect(),
    }
}

/// How much a state is to worry about: its place among all.
fn gravity(state: ObjectState) -> usize {
    let mut all = ObjectState::ALL.into_iter();
    all.position(|it| it == state).unwrap_or_default()
}
