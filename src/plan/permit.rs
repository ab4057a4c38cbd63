//! The right to delete, checked once more at the moment of each delete.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::{Declared, Guard, Live, Plan, Refusal, RefusalKind};
use crate::base::Address;

/// What one run may delete: the objects that the plan says, each once, and no protected one.
///
/// Whoever carries a plan out may have picked its steps over since it was made, so the right is made
/// from the steps as they are, and each delete asks for its own.
#[derive(Debug)]
pub struct Permit {
    guard: Guard,
    protected: BTreeSet<Address>,
    open: Mutex<BTreeSet<Address>>,
}

impl Plan {
    /// Gives the right to carry the plan out, or says why there is none.
    pub fn permit(&self, declared: &Declared) -> Result<Permit, Vec<Refusal>> {
        let mut refusals = self.refusals.clone();
        for refusal in self.guard.check(&self.steps, self.observed) {
            if !refusals.contains(&refusal) {
                refusals.push(refusal);
            }
        }
        if !refusals.is_empty() {
            return Err(refusals);
        }
        let removed = self.steps.iter().filter(|step| step.action.removes());
        let protected = declared.iter().filter(|desired| desired.protected);
        Ok(Permit {
            guard: self.guard.clone(),
            protected: protected.map(|desired| desired.address.clone()).collect(),
            open: Mutex::new(removed.map(|step| step.address.clone()).collect()),
        })
    }
}

impl Permit {
    /// Takes the right to delete one object, which is used up by that.
    pub fn delete(&self, address: &Address, live: &Live) -> Result<(), Refusal> {
        let refuse = |kind, why: String| {
            Err(Refusal {
                address: Some(address.clone()),
                kind,
                message: why,
            })
        };
        if let Some(pattern) = self.guard.protects(address) {
            let why = format!("`guard.protect` has `{pattern}`");
            return refuse(RefusalKind::Protected, why);
        }
        if self.protected.contains(address) {
            let why = "it is `protected: true`".to_owned();
            return refuse(RefusalKind::Protected, why);
        }
        if live.system {
            return refuse(RefusalKind::System, "the vendor made it".to_owned());
        }
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if !open.remove(address) {
            let why = "the plan does not delete it, or did so already".to_owned();
            return refuse(RefusalKind::TooManyDeletes, why);
        }
        Ok(())
    }
}
