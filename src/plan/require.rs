//! Which steps wait for which: makes for what they need, deletes for what holds the object.

use std::collections::HashMap;

use super::blast::Dependants;
use super::order::one_by_one;
use super::{Action, Phase, PlanInput, Step, graph};
use crate::base::Address;

/// Tells each step which others come first.
pub(super) fn require(steps: &mut [Step], input: &PlanInput<'_>, dependants: &Dependants) {
    let actions: HashMap<Address, Action> = steps
        .iter()
        .map(|step| (step.address.clone(), step.action))
        .collect();
    let needs = |address: &Address| -> Vec<Address> {
        let desired = input
            .declared
            .get(address)
            .filter(|desired| !desired.absent);
        desired.map_or_else(Vec::new, |desired| desired.needs().cloned().collect())
    };
    let pairs = one_by_one(steps, input);
    let before = |address: &Address| {
        let pairs = pairs.iter().filter(|(next, _)| next == address);
        pairs.map(|(_, before)| before.clone()).collect::<Vec<_>>()
    };
    for step in steps.iter_mut() {
        step.needs.clear();
        step.let_go.clear();
        if step.action.makes() {
            step.needs = needs(&step.address);
            step.needs.extend(before(&step.address));
        }
        if step.action.removes() {
            let holders = dependants.direct(&step.address).iter();
            // one that goes on needing it holds what is there by name alone
            let lets_go = |holder: &&Address| {
                let action = actions.get(*holder);
                action.is_some_and(|action| {
                    action.removes() || !needs(holder).contains(&step.address)
                })
            };
            step.let_go = holders.filter(lets_go).cloned().collect();
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

/// Finds a delete that waits for an update that waits for the delete: both addresses.
pub(super) fn knot(steps: &[Step]) -> Option<(Address, Address)> {
    let nodes = graph(steps);
    let mut done = vec![false; nodes.len()];
    let is_done = |done: &[bool], at: usize| done.get(at).copied().unwrap_or(true);
    loop {
        let mut more = false;
        for (at, node) in nodes.iter().enumerate() {
            if !is_done(&done, at) && node.requires.iter().all(|first| is_done(&done, *first)) {
                more = true;
                if let Some(flag) = done.get_mut(at) {
                    *flag = true;
                }
            }
        }
        if !more {
            break;
        }
    }
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
