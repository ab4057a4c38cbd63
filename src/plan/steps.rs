use std::collections::HashMap;

use super::Step;
use crate::base::Address;

/// The steps of a plan while it is made, found by address.
#[derive(Debug, Default)]
pub(super) struct Steps {
    all: Vec<Step>,
    by_address: HashMap<Address, usize>,
}

impl Steps {
    /// Adds a step; an object has at most one.
    pub(super) fn push(&mut self, step: Step) {
        self.by_address.insert(step.address.clone(), self.all.len());
        self.all.push(step);
    }

    pub(super) fn get(&self, address: &Address) -> Option<&Step> {
        self.all.get(*self.by_address.get(address)?)
    }

    pub(super) fn get_mut(&mut self, address: &Address) -> Option<&mut Step> {
        self.all.get_mut(*self.by_address.get(address)?)
    }

    pub(super) fn all(&self) -> &[Step] {
        &self.all
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Step> {
        self.all.iter_mut()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.all.is_empty()
    }

    pub(super) fn into_vec(self) -> Vec<Step> {
        self.all
    }
}
