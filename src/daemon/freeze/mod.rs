//! What keeps the daemon from writing although it is in the mode `apply`: freezes, and the kill switch.
//!
//! Freezes are the document's, computed by [`Freezes`]; the kill switch is the operator's, by file or signal.

mod kill_switch;

pub use crate::config::{FreezeError, FreezeFault, Freezes, Frozen};
pub use kill_switch::KillSwitch;

#[cfg(test)]
mod tests;
