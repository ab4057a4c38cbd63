use std::collections::{BTreeSet, HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::{KindInfo, Live, World};
use crate::base::{Address, KindName, Value};

/// How many live objects of each kind stand behind an object that is to go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BlastRadius {
    /// Counts by kind, `konnect.app`.
    pub by_kind: std::collections::BTreeMap<String, usize>,
}

impl BlastRadius {
    /// Tells whether nothing stands behind the object.
    pub fn is_empty(&self) -> bool {
        self.by_kind.is_empty()
    }
}

/// Who points at whom among the live objects, turned around.
#[derive(Debug, Default)]
pub(super) struct Dependants {
    behind: HashMap<Address, Vec<Address>>,
    /// Those that do not point there and do not work without it all the same.
    leaning: HashMap<Address, Vec<Address>>,
    along: HashMap<Address, KindName>,
}

impl Dependants {
    /// Turns all references, parents and mentions by name around.
    pub(super) fn of(world: &World, kinds: &[KindInfo]) -> Self {
        let mut behind: HashMap<Address, Vec<Address>> = HashMap::new();
        let mut names: HashMap<(&str, &str), Vec<&Live>> = HashMap::new();
        for kind in kinds {
            for mentioning in kind.named_by {
                for live in world.of(kind.name) {
                    if let Some(name) = live.field("name").as_text() {
                        names
                            .entry((mentioning.as_str(), name))
                            .or_default()
                            .push(live);
                    }
                }
            }
        }
        let mut leaning: HashMap<Address, Vec<Address>> = HashMap::new();
        let mut along = HashMap::new();
        for live in world.iter() {
            let Some(address) = &live.address else {
                continue;
            };
            along.extend(live.along.map(|kind| (address.clone(), kind)));
            for (kind, id) in &live.leans {
                if let Some(target) = world.address(*kind, id) {
                    let others = leaning.entry(target.clone()).or_default();
                    others.push(address.clone());
                }
            }
            let mut add = |target: &Address| {
                behind
                    .entry(target.clone())
                    .or_default()
                    .push(address.clone());
            };
            world.parent(live).into_iter().for_each(&mut add);
            for value in live.fields.values() {
                value.as_ref_address().into_iter().for_each(&mut add);
                if let Value::Set(_) | Value::List(_) = value {
                    for text in value.texts() {
                        for named in names.get(&(live.kind.as_str(), text)).into_iter().flatten() {
                            if !elsewhere(live, named, world) {
                                named.address.iter().for_each(&mut add);
                            }
                        }
                    }
                }
            }
        }
        for dependants in behind.values_mut() {
            dependants.sort();
            dependants.dedup();
        }
        Self {
            behind,
            leaning,
            along,
        }
    }

    /// Those that point at the object itself, each once.
    pub(super) fn direct(&self, address: &Address) -> &[Address] {
        self.behind.get(address).map_or(&[], Vec::as_slice)
    }

    /// Counts all that stand behind an object, directly or not.
    pub(super) fn radius(&self, address: &Address) -> BlastRadius {
        let mut seen = BTreeSet::new();
        let mut queue = VecDeque::from([address]);
        while let Some(next) = queue.pop_front() {
            let leaning = self.leaning.get(next).into_iter().flatten();
            for dependant in self.direct(next).iter().chain(leaning) {
                if dependant != address && seen.insert(dependant) {
                    queue.push_back(dependant);
                }
            }
        }
        let mut radius = BlastRadius::default();
        let along = std::iter::once(address).chain(seen.iter().copied());
        let along = along.filter_map(|address| self.along.get(address));
        let kinds = seen.iter().map(|dependant| dependant.kind());
        for kind in kinds.chain(along.map(|kind| kind.as_str())) {
            *radius.by_kind.entry(kind.to_owned()).or_default() += 1;
        }
        radius
    }
}

/// Tells whether an object with that name below another parent is meant.
fn elsewhere(mentioning: &Live, named: &Live, world: &World) -> bool {
    let Some(home) = world.parent(named) else {
        return false;
    };
    let mut above = world.above(mentioning);
    above
        .find(|address| address.kind() == home.kind())
        .is_some_and(|address| address != home)
}
