//! What the vendors would do with a plan: the world after it, or why they refuse.

use std::collections::{BTreeMap, BTreeSet};

use super::kinds::{KINDS, info};
use super::scene::{DOCUMENT, Scene, wired};
use crate::base::{Address, Value};
use crate::plan::{Compare, Desired, KindInfo, Live, Node, Owner, Phase, Plan, graph};

/// Why a plan cannot be carried out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Broken {
    /// The graph has a cycle.
    Cycle,
    /// Something is needed that is not there.
    Missing(String, Address),
    /// An object is to go on which a live one still hangs.
    InUse(Address, String),
}

/// Carries the plan out, the last node that may run first when `late` says so.
pub(super) fn apply(scene: &Scene, plan: &Plan, late: bool) -> Result<Scene, Broken> {
    let world = scene.world();
    let mut run = Run {
        scene: scene.clone(),
        ids: world
            .iter()
            .filter_map(|live| Some((live.address.clone()?, live.id.clone())))
            .collect(),
        pending: (plan.steps.iter())
            .filter(|step| {
                let field = order_field(info(step.address.kind()));
                step.fields.iter().any(|change| Some(change.name) == field)
            })
            .map(|step| step.address.clone())
            .collect(),
        made: 0,
    };
    for at in sorted(&graph(&plan.steps), late)? {
        run.node(&at, plan)?;
    }
    Ok(run.scene)
}

/// The nodes in an order in which they may run.
pub(super) fn sorted(nodes: &[Node], late: bool) -> Result<Vec<Node>, Broken> {
    let mut done = vec![false; nodes.len()];
    let mut order = Vec::new();
    while order.len() < nodes.len() {
        let ready = |at: &usize| !done[*at] && nodes[*at].requires.iter().all(|first| done[*first]);
        let next = if late {
            (0..nodes.len()).rev().find(ready)
        } else {
            (0..nodes.len()).find(ready)
        };
        let next = next.ok_or(Broken::Cycle)?;
        done[next] = true;
        order.push(nodes[next].clone());
    }
    Ok(order)
}

struct Run {
    scene: Scene,
    ids: BTreeMap<Address, String>,
    /// Those that still have to be brought to their place.
    pending: BTreeSet<Address>,
    made: usize,
}

impl Run {
    fn node(&mut self, node: &Node, plan: &Plan) -> Result<(), Broken> {
        let address = &plan.steps[node.step].address;
        let live = self.ids.get(address).cloned();
        match (node.phase, live) {
            (Phase::Remove, Some(id)) => self.remove(address, &id),
            // it went with the object that contained it
            (Phase::Remove, None) => Ok(()),
            (Phase::Make, live) => {
                let desired = self.scene.desired.iter();
                let mut desired = desired;
                let desired = desired.find(|desired| desired.address == *address).cloned();
                let desired = desired.expect("only declared objects are made");
                let step = &plan.steps[node.step];
                let field = order_field(info(address.kind()));
                let moves = step.fields.iter().any(|change| Some(change.name) == field);
                self.make(&desired, live.as_deref(), moves)
            }
        }
    }

    fn remove(&mut self, address: &Address, id: &str) -> Result<(), Broken> {
        let kind = info(address.kind()).name;
        let target = Value::Id(kind, id.to_owned());
        let user = self.scene.live.iter().find(|live| {
            live.fields.values().any(|value| *value == target)
                // a name is not told apart by server, as at the real vendor
                || live.kind == super::kinds::RULE && self.mentions(live, address, id)
        });
        if let Some(user) = user {
            return Err(Broken::InUse(address.clone(), user.id.clone()));
        }
        let mut lost = vec![id.to_owned()];
        while let Some(parent) = lost.pop() {
            self.scene.live.retain(|live| live.id != parent);
            let below = self.scene.live.iter();
            lost.extend(
                below
                    .filter(|live| live.parent.as_ref() == Some(&parent))
                    .map(|live| live.id.clone()),
            );
        }
        let live = &self.scene.live;
        self.ids
            .retain(|_, id| live.iter().any(|live| live.id == *id));
        for kind in KINDS {
            renumber(kind, &mut self.scene.live);
        }
        Ok(())
    }

    /// Tells whether a rule names the scope that is to go, on the same server.
    fn mentions(&self, rule: &Live, address: &Address, id: &str) -> bool {
        let scope = self.scene.live.iter().find(|live| live.id == id);
        address.is(super::kinds::SCOPE)
            && scope.is_some_and(|scope| {
                rule.parent == scope.parent
                    && rule
                        .field("scopes")
                        .texts()
                        .contains(&scope.field("name").as_text().unwrap_or_default())
            })
    }

    fn make(&mut self, desired: &Desired, live: Option<&str>, moves: bool) -> Result<(), Broken> {
        for needed in desired.needs() {
            if !self.ids.contains_key(needed) {
                return Err(Broken::Missing(desired.address.to_string(), needed.clone()));
            }
        }
        let kind = info(desired.kind.as_str());
        let parent = desired
            .parent
            .as_ref()
            .map(|parent| self.ids[parent].clone());
        let id = live.map_or_else(
            || {
                self.made += 1;
                format!("+{}", self.made)
            },
            str::to_owned,
        );
        let known = self.scene.live.iter().position(|live| live.id == id);
        let mut object = match known {
            Some(at) => self.scene.live[at].clone(),
            None => Live::new(desired.kind, id.clone(), serde_json::Value::Null),
        };
        object.parent = parent;
        if kind.labelled {
            object.owner = Some(Owner::Document(DOCUMENT.to_owned()));
        }
        for (field, value) in &desired.fields {
            if Some(*field) == order_field(kind) {
                continue;
            }
            let value = match (object.fields.get(field), value) {
                (Some(Value::Map(old)), Value::Map(new)) => {
                    let mut all = old.clone();
                    all.extend(new.clone());
                    Value::Map(all)
                }
                (_, value) => wired(value, &self.ids),
            };
            object.fields.insert(field, value);
        }
        self.ids.insert(desired.address.clone(), id);
        match known {
            Some(at) => self.scene.live[at] = object.clone(),
            None => self.scene.live.push(object.clone()),
        }
        if let Some(field) = order_field(kind) {
            // a write that does not move sends back the number of that moment
            let now = object.field(field).as_int().filter(|_| !moves);
            let wanted = now.unwrap_or_else(|| self.number(desired, &object, field));
            place(field, &mut self.scene.live, &object, wanted);
            self.pending.remove(&desired.address);
        }
        Ok(())
    }
}

impl Run {
    /// The place that a kind asks for: beside the nearest declared sibling that is there.
    fn number(&self, desired: &Desired, object: &Live, field: &'static str) -> i64 {
        // without a declared number a new one asks for the top
        let Some(declared) = desired.field(field).as_int() else {
            return 1;
        };
        let mut siblings: Vec<&Desired> = (self.scene.desired.iter())
            .filter(|other| other.kind == desired.kind && other.parent == desired.parent)
            .filter(|other| !other.absent && other.field(field).as_int().is_some())
            .filter(|other| {
                other.address == desired.address || !self.pending.contains(&other.address)
            })
            .collect();
        siblings.sort_by_key(|other| (other.field(field).as_int(), &other.address));
        let mut others: Vec<&Live> = (self.scene.live.iter())
            .filter(|live| live.kind == object.kind && live.parent == object.parent)
            .filter(|live| live.id != object.id)
            .collect();
        others.sort_by_key(|live| live.field(field).as_int());
        let at = |other: &&Desired| {
            let id = self.ids.get(&other.address)?;
            others.iter().position(|live| live.id == *id)
        };
        let here = (siblings.iter()).position(|other| other.address == desired.address);
        let (before, after) = siblings.split_at(here.unwrap_or(siblings.len()));
        let first = before.iter().rev().find_map(at).map(|place| place + 2);
        let place = first.or_else(|| after.iter().skip(1).find_map(at).map(|place| place + 1));
        place.map_or(declared, |place| i64::try_from(place).unwrap())
    }
}

fn order_field(kind: &KindInfo) -> Option<&'static str> {
    let ordered = kind.fields.iter();
    ordered
        .filter(|field| field.compare == Compare::Order)
        .map(|field| field.name)
        .next()
}

/// Puts an object at the place that its priority asks for; the others make room, as at Okta.
fn place(field: &'static str, live: &mut [Live], object: &Live, wanted: i64) {
    let mut others: Vec<usize> = (0..live.len())
        .filter(|at| {
            live[*at].kind == object.kind
                && live[*at].parent == object.parent
                && live[*at].id != object.id
        })
        .collect();
    others.sort_by_key(|at| live[*at].field(field).as_int());
    let own = live.iter().position(|live| live.id == object.id);
    let index = usize::try_from(wanted - 1).unwrap_or(0).min(others.len());
    others.insert(index, own.expect("it was put there just now"));
    for (number, at) in (1..).zip(others) {
        live[at].fields.insert(field, Value::Int(number));
    }
}

/// Numbers siblings from 1 without gaps.
pub(super) fn renumber(kind: &KindInfo, live: &mut [Live]) {
    let Some(field) = order_field(kind) else {
        return;
    };
    let mut families: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
    for (at, object) in live.iter().enumerate() {
        if object.kind == kind.name {
            families.entry(object.parent.clone()).or_default().push(at);
        }
    }
    for mut family in families.into_values() {
        family.sort_by_key(|at| live[*at].field(field).as_int());
        for (number, at) in (1..).zip(family) {
            live[at].fields.insert(field, Value::Int(number));
        }
    }
}
