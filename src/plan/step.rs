use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::cost::{BucketCost, cost};
use super::guard::{Guard, Refusal, RefusalKind};
use super::{Action, BlastRadius, FieldChange, KindInfo, Live};
use crate::base::{Address, Span};

/// One change, with what it waits for and why it is made.
#[derive(Debug, Clone)]
pub struct Step {
    /// The object.
    pub address: Address,
    /// What is done to it.
    pub action: Action,
    /// The fields that change; all declared ones for a create.
    pub fields: Vec<FieldChange>,
    /// Objects whose steps come first: those of `needs` and of `let_go`.
    pub requires: Vec<Address>,
    /// Objects that have to be there, or in their place, before this one is made.
    pub needs: Vec<Address>,
    /// Objects that have to be deleted, or to point elsewhere, before this one is deleted.
    pub let_go: Vec<Address>,
    /// The line that causes it: that of the first changed field, or of the entry.
    pub because: Option<Span>,
    /// What stands behind an object that is to go.
    pub blast_radius: BlastRadius,
    /// What the reader should know before saying yes.
    pub warnings: Vec<String>,
    /// Digest of what was observed of the object; [sealed](super::SavedPlan) into a saved plan.
    pub observed: String,
}

/// Something the plan tells although it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The object, where there is one.
    pub address: Option<Address>,
    /// What is to be told.
    pub message: String,
}

/// All changes that bring the live systems to what the document says, as plain data.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The changes, in the order of the registry; deletes last and reversed.
    pub steps: Vec<Step>,
    /// What is told besides.
    pub notes: Vec<Note>,
    /// Why it must not be applied; empty for a plan that may.
    pub refusals: Vec<Refusal>,
    /// What applying it costs.
    pub cost: Vec<BucketCost>,
    /// The limits that it was held to.
    pub guard: Guard,
    /// The objects that deletes are a share of.
    pub observed: usize,
}

impl Plan {
    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Counts the steps of one action.
    pub fn count(&self, action: Action) -> usize {
        self.steps
            .iter()
            .filter(|step| step.action == action)
            .count()
    }

    /// The step of an object; who asks for many takes [`by_address`](Self::by_address).
    pub fn step(&self, address: &Address) -> Option<&Step> {
        self.steps.iter().find(|step| step.address == *address)
    }

    /// All steps, to be found by address.
    pub fn by_address(&self) -> HashMap<&Address, &Step> {
        let steps = self.steps.iter();
        steps.map(|step| (&step.address, step)).collect()
    }

    /// Keeps only these objects and the steps that they wait for (`--target`); so with refusals.
    pub fn target(&mut self, targets: &[Address], kinds: &[KindInfo]) {
        let mut kept: HashSet<Address> = targets.iter().cloned().collect();
        let mut queue: Vec<Address> = targets.to_vec();
        let steps = self.by_address();
        while let Some(address) = queue.pop() {
            let needed = steps.get(&address).map(|step| &step.requires);
            for needed in needed.into_iter().flatten() {
                if kept.insert(needed.clone()) {
                    queue.push(needed.clone());
                }
            }
        }
        self.steps.retain(|step| kept.contains(&step.address));
        // which of two objects is meant matters to all that point at it
        self.refusals.retain(|refusal| {
            refusal.kind == RefusalKind::Ambiguous
                || refusal.address.as_ref().is_some_and(|at| kept.contains(at))
        });
        self.hold();
        self.cost = cost(&self.steps, kinds);
    }
}

impl Step {
    pub(super) fn new(address: &Address, action: Action, live: Option<&Live>) -> Self {
        Self {
            address: address.clone(),
            action,
            fields: Vec::new(),
            requires: Vec::new(),
            needs: Vec::new(),
            let_go: Vec::new(),
            because: None,
            blast_radius: BlastRadius::default(),
            warnings: Vec::new(),
            observed: observed(live),
        }
    }
}

/// Digest of a live object; unequal after any change that the document could see.
fn observed(live: Option<&Live>) -> String {
    let Some(live) = live else {
        return "absent".to_owned();
    };
    let fields: BTreeMap<&str, String> = live
        .fields
        .iter()
        .map(|(name, value)| (*name, format!("{value:?}")))
        .collect();
    let text = format!(
        "{}\n{:?}\n{:?}\n{fields:?}",
        live.id, live.parent, live.owner
    );
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}
