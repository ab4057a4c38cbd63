use std::collections::HashMap;
use std::sync::Arc;

use crate::base::Address;
use crate::kinds::KindError;
use crate::plan::{Action, Live};

/// What became of a step.
#[derive(Debug, Clone)]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was tried and failed.
    Failed(Arc<KindError>),
    /// It was not tried, because this one failed.
    Blocked(Address),
    /// It was not tried, because the run was stopped.
    Skipped,
}

/// What became of all steps of a plan.
#[derive(Debug, Clone, Default)]
pub struct ApplyReport {
    /// Each step, in the order of the plan.
    pub outcomes: Vec<(Address, Action, Outcome)>,
    /// What the vendors answered to each make, from which the objects are found again.
    pub made: HashMap<Address, Arc<Live>>,
}

impl ApplyReport {
    /// Tells whether every step was done.
    pub fn complete(&self) -> bool {
        self.outcomes
            .iter()
            .all(|(_, _, outcome)| matches!(outcome, Outcome::Done))
    }

    /// Counts the steps that were done.
    pub fn done(&self) -> usize {
        self.outcomes
            .iter()
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Done))
            .count()
    }

    /// Tells whether a vendor could not be reached or would not let us in.
    pub fn unreachable(&self) -> bool {
        self.outcomes.iter().any(|(_, _, outcome)| match outcome {
            Outcome::Failed(error) => error
                .as_vendor()
                .is_some_and(crate::vendor::VendorError::unreachable),
            Outcome::Done | Outcome::Blocked(_) | Outcome::Skipped => false,
        })
    }
}
