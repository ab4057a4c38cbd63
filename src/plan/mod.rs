//! Floor 1, pure: what differs, what to do about it and in which order.
//!
//! [`Desired`] objects come from the document, [`Live`] ones from the vendors. [`World::link`] joins
//! them by natural key, [`Plan::make`] compares them by the rules of their kind ([`KindInfo`]) and
//! yields plain data that is printed, saved, sealed and executed. Nothing here is async, does I/O,
//! reads a clock or knows a kind by name; time comes in as an argument.

mod allow;
mod blast;
mod change;
mod cost;
mod desired;
mod diff;
pub mod forecast;
mod graph;
mod guard;
mod held;
mod input;
mod kind;
mod leave;
mod live;
mod make;
mod named;
mod order;
mod permit;
mod prune;
mod raw;
pub mod render;
mod replace;
mod require;
mod seal;
mod step;
mod steps;
mod world;

pub use allow::OtherPlan;
pub use blast::BlastRadius;
pub use change::{Action, FieldChange};
pub use cost::BucketCost;
pub use desired::{Declared, Desired, Ignore};
pub use graph::{Node, Phase, graph};
pub use guard::{Guard, Refusal, RefusalKind};
pub use input::PlanInput;
pub use kind::{Compare, Cost, Field, FieldRule, KindInfo, Role};
pub use live::{Live, Owner};
pub use named::Named;
pub use permit::Permit;
pub use prune::Prune;
pub use raw::Raw;
pub use seal::{SavedPlan, SavedStep, Stale};
pub use step::{Note, Plan, Step};
pub use world::World;

#[cfg(test)]
mod tests;
