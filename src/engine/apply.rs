use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{FuturesUnordered, StreamExt};

use super::execute::{Run, lock};
use super::planning::Planned;
use super::{ApplyReport, Engine, EngineError, Outcome, Progress};
use crate::base::{Address, CredentialStore};
use crate::plan::{Action, Node, Plan, graph};

/// Steps under way at once; the clients' own lanes and budgets hold them back further.
pub(super) const AT_ONCE: usize = 16;

/// Asks a run to begin no new step.
#[derive(Debug, Clone, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Asks.
    pub fn now(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Tells whether it was asked.
    pub fn asked(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

impl Engine {
    /// Carries out a plan: in parallel, each step after those that it waits for.
    ///
    /// Before the first write it is proved that all credentials to come can be kept.
    pub async fn apply(
        &self,
        planned: &Planned,
        progress: &dyn Progress,
        stop: &Stop,
    ) -> Result<ApplyReport, EngineError> {
        let permit = planned.plan.permit(&planned.declared);
        let permit = permit.map_err(EngineError::Refused)?;
        self.prove_store(planned)?;
        self.confirm(planned).await?;
        let run = Run::new(self, planned, permit);
        let steps = &planned.plan.steps;
        let graph = graph(steps);
        let mut board = Board::new(&graph, steps.len());
        let mut under_way = FuturesUnordered::new();
        loop {
            while !stop.asked() && under_way.len() < AT_ONCE {
                let Some(at) = board.take(&graph, |node| {
                    steps
                        .get(node.step)
                        .and_then(|step| lock(planned, &step.address))
                }) else {
                    break;
                };
                let (Some(node), Some(work)) = (
                    graph.get(at),
                    graph.get(at).and_then(|node| steps.get(node.step)),
                ) else {
                    break;
                };
                progress.started(&work.address, work.action);
                let shared = &run;
                under_way.push(async move { (at, shared.node(node, work).await) });
            }
            let Some((at, result)) = under_way.next().await else {
                break;
            };
            board.end(at, &graph, result.err().map(Arc::new), steps, progress);
        }
        Ok(board.report(steps, progress))
    }

    fn prove_store(&self, planned: &Planned) -> Result<(), EngineError> {
        for step in planned.plan.steps.iter().filter(|step| step.action.makes()) {
            let desired = planned.declared.get(&step.address);
            // a replace issues anew what did not differ
            let issues = step.fields.iter().any(|field| field.name == "credentials")
                || step.action == Action::Replace
                    && desired.is_some_and(|desired| desired.fields.contains_key("credentials"))
                || planned
                    .rotation
                    .as_ref()
                    .is_some_and(|it| it.address == step.address);
            let target = desired.and_then(|desired| desired.store.as_ref());
            if let (true, Some(target)) = (issues, target) {
                self.store
                    .prove(target)
                    .map_err(|source| EngineError::Store {
                        address: step.address.clone(),
                        source: Box::new(source),
                    })?;
            }
        }
        Ok(())
    }

    /// Observes again after an apply; what is left over of the objects that were written is a failure.
    ///
    /// Others are not looked at: a saved plan speaks only for what it touched.
    pub async fn prove(&self, done: &ApplyReport, today: &str) -> Result<Plan, EngineError> {
        let written: HashSet<&Address> = done
            .outcomes
            .iter()
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Done))
            .map(|(address, _, _)| address)
            .collect();
        let mut rest = Plan::default();
        for look in 0..LOOKS {
            if look > 0 {
                self.options.http.clock.sleep(BETWEEN_LOOKS).await;
            }
            rest = self.plan(today).await?.plan;
            rest.steps.retain(|step| written.contains(&step.address));
            if rest.steps.is_empty() {
                break;
            }
        }
        Ok(rest)
    }
}

/// How often it is looked again, because a vendor may show a change late.
const LOOKS: u32 = 4;
const BETWEEN_LOOKS: std::time::Duration = std::time::Duration::from_millis(700);

/// Which nodes wait, run and ended.
struct Board {
    waiting: Vec<bool>,
    done: Vec<bool>,
    busy: Vec<(usize, Address)>,
    outcomes: Vec<Option<Outcome>>,
}

impl Board {
    fn new(nodes: &[Node], steps: usize) -> Self {
        Self {
            waiting: vec![true; nodes.len()],
            done: vec![false; nodes.len()],
            busy: Vec::new(),
            outcomes: vec![None; steps],
        }
    }

    /// The first node in the plan's order that may run now.
    fn take(&mut self, nodes: &[Node], lock: impl Fn(&Node) -> Option<Address>) -> Option<usize> {
        let is_done = |at: &usize| self.done.get(*at).copied().unwrap_or(true);
        let (at, key) = nodes.iter().enumerate().find_map(|(at, node)| {
            if !self.waiting.get(at).copied().unwrap_or(false) || !node.requires.iter().all(is_done)
            {
                return None;
            }
            let key = lock(node);
            let held = key
                .as_ref()
                .is_some_and(|key| self.busy.iter().any(|(_, other)| other == key));
            (!held).then_some((at, key))
        })?;
        if let Some(waiting) = self.waiting.get_mut(at) {
            *waiting = false;
        }
        self.busy.extend(key.map(|key| (at, key)));
        Some(at)
    }

    /// Takes note of a node's end, and blocks all that waited for a failed one.
    fn end(
        &mut self,
        at: usize,
        nodes: &[Node],
        error: Option<Arc<crate::kinds::KindError>>,
        steps: &[crate::plan::Step],
        progress: &dyn Progress,
    ) {
        self.busy.retain(|(holder, _)| *holder != at);
        let Some(node) = nodes.get(at) else { return };
        let Some(error) = error else {
            if let Some(done) = self.done.get_mut(at) {
                *done = true;
            }
            let left = nodes.iter().enumerate().any(|(other, half)| {
                half.step == node.step && !self.done.get(other).copied().unwrap_or(true)
            });
            if !left {
                self.settle(node.step, Outcome::Done, steps, progress);
            }
            return;
        };
        self.settle(node.step, Outcome::Failed(error), steps, progress);
        let Some(failed) = steps.get(node.step).map(|step| step.address.clone()) else {
            return;
        };
        let mut lost = vec![at];
        while let Some(lost_at) = lost.pop() {
            for (other, waiting) in nodes.iter().enumerate() {
                let hit = waiting.requires.contains(&lost_at)
                    || nodes
                        .get(lost_at)
                        .is_some_and(|lost| lost.step == waiting.step);
                if hit && self.waiting.get(other).copied().unwrap_or(false) {
                    if let Some(flag) = self.waiting.get_mut(other) {
                        *flag = false;
                    }
                    self.settle(
                        waiting.step,
                        Outcome::Blocked(failed.clone()),
                        steps,
                        progress,
                    );
                    lost.push(other);
                }
            }
        }
    }

    fn settle(
        &mut self,
        step: usize,
        outcome: Outcome,
        steps: &[crate::plan::Step],
        progress: &dyn Progress,
    ) {
        if let (Some(place), Some(step)) = (self.outcomes.get_mut(step), steps.get(step))
            && place.is_none()
        {
            progress.ended(&step.address, step.action, &outcome);
            *place = Some(outcome);
        }
    }

    fn report(mut self, steps: &[crate::plan::Step], progress: &dyn Progress) -> ApplyReport {
        for step in 0..steps.len() {
            self.settle(step, Outcome::Skipped, steps, progress);
        }
        ApplyReport {
            outcomes: steps
                .iter()
                .zip(self.outcomes)
                .map(|(step, outcome)| {
                    (
                        step.address.clone(),
                        step.action,
                        outcome.unwrap_or(Outcome::Skipped),
                    )
                })
                .collect(),
        }
    }
}
