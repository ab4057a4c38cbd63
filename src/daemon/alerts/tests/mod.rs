mod back_off;
mod delivery;
pub(in crate::daemon::alerts) mod fixtures;
mod kill;
mod programs;
mod settling;
mod silence;
mod targets;
mod upgrade;
