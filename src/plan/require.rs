//! Which steps wait for which: makes for what they need, deletes for what holds the object.

use std::collections::HashMap;

use super::blast::Dependants;
use super::held::holding;
use super::order::one_by_one;
use super::replace::takes_along;
use super::steps::Steps;
use super::{Action, Desired, Node, Phase, PlanInput, Step, graph};
use crate::base::Address;

/// Tells each step which others come first.
pub(super) fn require(steps: &mut Steps, input: &PlanInput<'_>, dependants: &Dependants) {
    let actions: HashMap<Address, Action> = steps
        .all()
        .iter()
        .map(|step| (step.address.clone(), step.action))
        .collect();
    let needs = |address: &Address| {
        let desired = input.declared.get(address);
        let wanted = desired.filter(|desired| !desired.absent).into_iter();
        wanted.flat_map(Desired::needs)
    };
    let mut pairs: HashMap<Address, Vec<Address>> = HashMap::new();
    for (next, before) in one_by_one(steps.all(), input) {
        pairs.entry(next).or_default().push(before);
    }
    let before = |address: &Address| pairs.get(address).into_iter().flatten().cloned();
    let containers = containers(steps, input, dependants);
    for step in steps.iter_mut() {
        step.needs.clear();
        step.let_go.clear();
        if step.action.makes() {
            step.needs.extend(needs(&step.address).cloned());
            step.needs.extend(before(&step.address));
        }
        if step.action.removes() {
            let holders = dependants.direct(&step.address).iter();
            // one that goes on needing it holds what is there by name alone
            let lets_go = |holder: &&Address| {
                let action = actions.get(*holder);
                action.is_some_and(|action| {
                    action.removes() || !needs(holder).any(|needed| *needed == step.address)
                })
            };
            step.let_go = holders.filter(lets_go).cloned().collect();
            let with = containers.get(&step.address).into_iter().flatten();
            step.let_go.extend(with.cloned());
            if !step.action.makes() {
                step.let_go.extend(before(&step.address));
            }
        }
        for list in [&mut step.needs, &mut step.let_go] {
            list.retain(|other| *other != step.address && actions.contains_key(other));
            list.sort();
            list.dedup();
        }
    }
}

/// What has to go before an object does because something inside it holds that, and goes along.
fn containers(
    steps: &Steps,
    input: &PlanInput<'_>,
    dependants: &Dependants,
) -> HashMap<Address, Vec<Address>> {
    let mut all: HashMap<Address, Vec<Address>> = HashMap::new();
    for step in steps.all().iter().filter(|step| step.action.removes()) {
        for holder in dependants.direct(&step.address) {
            if steps.get(holder).is_none()
                && holding(holder, &step.address, input).next().is_some()
                && let Some(live) = input.world.get(holder)
                && let Some(container) = takes_along(live, steps, input)
            {
                let containers = all.entry(step.address.clone()).or_default();
                containers.push(container.clone());
            }
        }
    }
    all
}

/// Finds a delete that waits for an update that waits for the delete: both addresses.
pub(super) fn knot(steps: &[Step]) -> Option<(Address, Address)> {
    let nodes = graph(steps);
    let done = reachable(&nodes);
    let is_done = |done: &[bool], at: usize| done.get(at).copied().unwrap_or(true);
    let stuck = |at: &usize| !is_done(&done, *at);
    let step_of = |at: usize| nodes.get(at).and_then(|node| steps.get(node.step));
    (0..nodes.len()).filter(stuck).find_map(|at| {
        let node = nodes.get(at).filter(|node| node.phase == Phase::Remove)?;
        let removed = step_of(at)?;
        let holder = node
            .requires
            .iter()
            .copied()
            .filter(stuck)
            .filter_map(step_of)
            .find(|holder| !holder.action.removes() && removed.let_go.contains(&holder.address))?;
        Some((removed.address.clone(), holder.address.clone()))
    })
}

/// Marks the nodes that come to run when each waits for those that it requires (Kahn's algorithm).
fn reachable(nodes: &[Node]) -> Vec<bool> {
    let mut missing: Vec<usize> = nodes.iter().map(|node| node.requires.len()).collect();
    let mut behind: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    for (at, node) in nodes.iter().enumerate() {
        for first in &node.requires {
            if let Some(behind) = behind.get_mut(*first) {
                behind.push(at);
            }
        }
    }
    let mut done = vec![false; nodes.len()];
    let mut ready: Vec<usize> = Vec::new();
    ready.extend((0..nodes.len()).filter(|at| missing.get(*at) == Some(&0)));
    while let Some(at) = ready.pop() {
        if let Some(flag) = done.get_mut(at) {
            *flag = true;
        }
        for next in behind.get(at).into_iter().flatten() {
            if let Some(missing) = missing.get_mut(*next) {
                *missing -= 1;
                if *missing == 0 {
                    ready.push(*next);
                }
            }
        }
    }
    done
}
