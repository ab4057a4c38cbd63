use crate::base::Address;
use crate::plan::Action;

use super::Outcome;

/// Is told what happens while a plan is carried out; must not block.
pub trait Progress: Send + Sync {
    /// A step begins.
    fn started(&self, address: &Address, action: Action);
    /// A step has come to its end, or is known never to begin.
    fn ended(&self, address: &Address, action: Action, outcome: &Outcome);
}

/// Tells nobody.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Progress for Silent {
    fn started(&self, _address: &Address, _action: Action) {}

    fn ended(&self, _address: &Address, _action: Action, _outcome: &Outcome) {}
}
