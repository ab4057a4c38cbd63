use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use futures_util::stream::{FuturesUnordered, StreamExt};

use super::board::Board;
use super::execute::{Run, lock};
use super::planning::Planned;
use super::{ApplyReport, Engine, EngineError, Progress};
use crate::base::CredentialStore;
use crate::plan::{Action, graph};

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
    /// Before the first write it is proved that all credentials to come can be kept, and looked again
    /// that nothing is there of what the vendor would make twice.
    pub async fn apply(
        &self,
        planned: &Planned,
        progress: &dyn Progress,
        stop: &Stop,
    ) -> Result<ApplyReport, EngineError> {
        let permit = planned.plan.permit(&planned.declared);
        let permit = permit.map_err(EngineError::Refused)?;
        self.prove_store(planned)?;
        let run = Run::new(self, planned, permit);
        self.confirm(planned, &run.objects).await?;
        let steps = &planned.plan.steps;
        let graph = graph(steps);
        let mut board = Board::new(&graph, steps, |step| lock(planned, &step.address));
        let mut under_way = FuturesUnordered::new();
        loop {
            while !stop.asked() && under_way.len() < AT_ONCE {
                let Some(at) = board.take() else {
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
            board.end(at, result.err().map(Arc::new), progress);
        }
        Ok(ApplyReport {
            outcomes: board.outcomes(progress),
            made: run.made(),
        })
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
}
