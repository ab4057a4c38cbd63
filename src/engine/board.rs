//! Which nodes of the graph may run: the first in the plan's order whose turn it is.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use super::{Outcome, Progress};
use crate::base::Address;
use crate::kinds::KindError;
use crate::plan::{Action, Node, Step};

/// Where each node of a run stands. What a call costs does not grow with the plan.
pub(super) struct Board<'a> {
    nodes: &'a [Node],
    steps: &'a [Step],
    /// The nodes that wait for each.
    behind: Vec<Vec<usize>>,
    /// The nodes of each step.
    halves: Vec<Vec<usize>>,
    /// How many nodes each still waits for.
    missing: Vec<usize>,
    waiting: Vec<bool>,
    done: Vec<bool>,
    /// Those that wait for nothing but a place.
    ready: BTreeSet<usize>,
    /// What only one node at a time may hold.
    locks: Vec<Option<Address>>,
    held: HashSet<Address>,
    /// Those that found their lock held, but the one whose turn it is next.
    parked: HashMap<Address, BTreeSet<usize>>,
    outcomes: Vec<Option<Outcome>>,
}

impl<'a> Board<'a> {
    pub(super) fn new(
        nodes: &'a [Node],
        steps: &'a [Step],
        lock: impl Fn(&Step) -> Option<Address>,
    ) -> Self {
        let mut behind = vec![Vec::new(); nodes.len()];
        let mut halves = vec![Vec::new(); steps.len()];
        for (at, node) in nodes.iter().enumerate() {
            for first in &node.requires {
                if let Some(behind) = behind.get_mut(*first) {
                    behind.push(at);
                }
            }
            if let Some(halves) = halves.get_mut(node.step) {
                halves.push(at);
            }
        }
        let missing: Vec<usize> = nodes.iter().map(|node| node.requires.len()).collect();
        let free = missing
            .iter()
            .enumerate()
            .filter(|(_, missing)| **missing == 0);
        Self {
            ready: free.map(|(at, _)| at).collect(),
            locks: nodes
                .iter()
                .map(|node| steps.get(node.step).and_then(&lock))
                .collect(),
            waiting: vec![true; nodes.len()],
            done: vec![false; nodes.len()],
            held: HashSet::new(),
            parked: HashMap::new(),
            outcomes: vec![None; steps.len()],
            nodes,
            steps,
            behind,
            halves,
            missing,
        }
    }

    /// The first node in the plan's order that may run now.
    pub(super) fn take(&mut self) -> Option<usize> {
        while let Some(at) = self.ready.pop_first() {
            let lock = self.locks.get(at).cloned().flatten();
            let held = lock.as_ref().is_some_and(|lock| self.held.contains(lock));
            match lock {
                Some(lock) if !self.is_waiting(at) && !held => {
                    // it was blocked after its turn had come: the next one has it
                    self.hand_on(&lock);
                    continue;
                }
                _ if !self.is_waiting(at) => continue,
                Some(lock) if held => {
                    self.parked.entry(lock).or_default().insert(at);
                    continue;
                }
                Some(lock) => {
                    self.held.insert(lock);
                }
                None => {}
            }
            set(&mut self.waiting, at, false);
            return Some(at);
        }
        None
    }

    /// Takes note of a node's end, and blocks all that waited for a failed one.
    pub(super) fn end(
        &mut self,
        at: usize,
        error: Option<Arc<KindError>>,
        progress: &dyn Progress,
    ) {
        if let Some(lock) = self.locks.get(at).cloned().flatten() {
            self.held.remove(&lock);
            self.hand_on(&lock);
        }
        let Some(step) = self.nodes.get(at).map(|node| node.step) else {
            return;
        };
        if let Some(error) = error {
            self.settle(step, Outcome::Failed(error), progress);
            self.block(at, progress);
            return;
        }
        set(&mut self.done, at, true);
        for next in self.behind.get(at).into_iter().flatten() {
            if let Some(missing) = self.missing.get_mut(*next) {
                *missing -= 1;
                if *missing == 0 {
                    self.ready.insert(*next);
                }
            }
        }
        let mut halves = self.halves.get(step).into_iter().flatten();
        if halves.all(|half| self.done.get(*half).copied().unwrap_or(true)) {
            self.settle(step, Outcome::Done, progress);
        }
    }

    /// Lets the first that waits for a lock have its turn.
    fn hand_on(&mut self, lock: &Address) {
        let Some(parked) = self.parked.get_mut(lock) else {
            return;
        };
        while let Some(next) = parked.pop_first() {
            if self.waiting.get(next).copied().unwrap_or(false) {
                self.ready.insert(next);
                return;
            }
        }
    }

    fn block(&mut self, failed: usize, progress: &dyn Progress) {
        let step_of = |at: usize| self.nodes.get(at).map(|node| node.step);
        let Some(address) = step_of(failed)
            .and_then(|step| self.steps.get(step))
            .map(|step| step.address.clone())
        else {
            return;
        };
        let mut lost = vec![failed];
        while let Some(at) = lost.pop() {
            let halves = step_of(at).and_then(|step| self.halves.get(step));
            let hit = self.behind.get(at).into_iter().chain(halves).flatten();
            let hit: Vec<usize> = hit
                .copied()
                .filter(|other| self.is_waiting(*other))
                .collect();
            for other in hit {
                set(&mut self.waiting, other, false);
                if let Some(step) = step_of(other) {
                    self.settle(step, Outcome::Blocked(address.clone()), progress);
                }
                lost.push(other);
            }
        }
    }

    fn is_waiting(&self, at: usize) -> bool {
        self.waiting.get(at).copied().unwrap_or(false)
    }

    fn settle(&mut self, step: usize, outcome: Outcome, progress: &dyn Progress) {
        if let (Some(place), Some(step)) = (self.outcomes.get_mut(step), self.steps.get(step))
            && place.is_none()
        {
            progress.ended(&step.address, step.action, &outcome);
            *place = Some(outcome);
        }
    }

    /// What became of all steps; those that were never begun are skipped.
    pub(super) fn outcomes(mut self, progress: &dyn Progress) -> Vec<(Address, Action, Outcome)> {
        for step in 0..self.steps.len() {
            self.settle(step, Outcome::Skipped, progress);
        }
        let outcomes = self.outcomes.into_iter();
        let outcomes = outcomes.map(|outcome| outcome.unwrap_or(Outcome::Skipped));
        let steps = self.steps.iter().zip(outcomes);
        steps
            .map(|(step, outcome)| (step.address.clone(), step.action, outcome))
            .collect()
    }
}

fn set(flags: &mut [bool], at: usize, value: bool) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = value;
    }
}
