use std::collections::HashSet;
use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Action, BucketCost, Note, Plan, Step};
use crate::base::Address;

/// A plan on disk, sealed to the document and to each object that it touches.
///
/// It holds no secret and no request body: applying it plans anew and demands that the same comes out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SavedPlan {
    /// The version of this format, 1.
    pub format: u32,
    /// The version of dcrsync that made it.
    pub dcrsync: String,
    /// The document's name.
    pub name: String,
    /// The document's digest.
    pub digest: String,
    /// The document's files, as they were given.
    pub files: Vec<String>,
    /// Variables that were given by hand.
    pub vars: std::collections::BTreeMap<String, String>,
    /// When the vendors were read.
    pub observed_at: String,
    /// The steps.
    pub steps: Vec<SavedStep>,
    /// What was told.
    pub notes: Vec<Note>,
    /// What applying costs.
    pub cost: Vec<BucketCost>,
}

/// One sealed step.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SavedStep {
    /// The object.
    pub address: Address,
    /// What is done to it.
    pub action: Action,
    /// Digest of what was observed of the object.
    pub observed: String,
    /// Digest of the change itself, secrets by fingerprint.
    pub change: String,
}

/// Why a saved plan must not run any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stale {
    /// The document's files say something else now.
    Document,
    /// The object is not as it was observed.
    Live(Address),
    /// The same object would now be changed in another way.
    Change(Address),
}

impl fmt::Display for Stale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document => f.write_str("the document was changed after the plan was saved"),
            Self::Live(address) => {
                write!(
                    f,
                    "`{address}` was changed by somebody after the plan was saved"
                )
            }
            Self::Change(address) => {
                write!(
                    f,
                    "`{address}` would now be changed in another way than the plan says"
                )
            }
        }
    }
}

impl SavedStep {
    /// Seals a step.
    pub fn seal(step: &Step) -> Self {
        let change = format!(
            "{:?}\n{:?}",
            step.action,
            step.fields
                .iter()
                .map(|change| (change.name, &change.old, &change.new))
                .collect::<Vec<_>>()
        );
        Self {
            address: step.address.clone(),
            action: step.action,
            observed: step.observed.clone(),
            change: data_encoding::HEXLOWER.encode(&Sha256::digest(change.as_bytes())),
        }
    }
}

impl SavedPlan {
    /// Holds the seal against a plan that was made just now and keeps of that plan what was saved.
    pub fn check(&self, digest: &str, fresh: &mut Plan) -> Result<(), Vec<Stale>> {
        if self.digest != digest {
            return Err(vec![Stale::Document]);
        }
        let steps = fresh.by_address();
        let stale: Vec<Stale> = self
            .steps
            .iter()
            .filter_map(|saved| match steps.get(&saved.address) {
                None => Some(Stale::Live(saved.address.clone())),
                Some(step) if step.observed != saved.observed => {
                    Some(Stale::Live(saved.address.clone()))
                }
                Some(step) if SavedStep::seal(step) != *saved => {
                    Some(Stale::Change(saved.address.clone()))
                }
                Some(_) => None,
            })
            .collect();
        if !stale.is_empty() {
            return Err(stale);
        }
        let saved: HashSet<&Address> = self.steps.iter().map(|saved| &saved.address).collect();
        fresh.steps.retain(|step| saved.contains(&step.address));
        fresh.cost.clone_from(&self.cost);
        // what else the document wants by now is not done, so it is not weighed either
        fresh.refusals.retain(|refusal| {
            let about = refusal.address.as_ref();
            about.is_none_or(|at| self.steps.iter().any(|saved| saved.address == *at))
        });
        fresh.hold();
        Ok(())
    }
}
