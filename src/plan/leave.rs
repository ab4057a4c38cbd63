use std::collections::HashSet;

use super::cost::cost;
use super::{KindInfo, Plan};
use crate::base::Address;

impl Plan {
    /// Leaves out some objects' steps, and those that wait for one of them; tells which those are.
    pub fn leave_out(
        &mut self,
        unwanted: impl IntoIterator<Item = Address>,
        kinds: &[KindInfo],
    ) -> Vec<Address> {
        let mut out: HashSet<Address> = unwanted.into_iter().collect();
        loop {
            let waiting = self.steps.iter().filter(|step| {
                !out.contains(&step.address) && step.requires.iter().any(|need| out.contains(need))
            });
            let waiting: Vec<Address> = waiting.map(|step| step.address.clone()).collect();
            if waiting.is_empty() {
                break;
            }
            out.extend(waiting);
        }
        let (left, kept) = std::mem::take(&mut self.steps)
            .into_iter()
            .partition(|step| out.contains(&step.address));
        self.steps = kept;
        self.refusals
            .retain(|refusal| !refusal.address.as_ref().is_some_and(|at| out.contains(at)));
        self.hold();
        self.cost = cost(&self.steps, kinds);
        let left: Vec<super::Step> = left;
        left.into_iter().map(|step| step.address).collect()
    }
}
