//! Both vendors, emulated: Okta, Konnect, the Portal API and the gateway, each on a port of its own.
//!
//! [`start`] binds four ports, and a [`Sandbox`] is the handle of what runs behind them. Konnect,
//! portal and gateway share one state; Okta has its own and is reached only over HTTP, as in life.
//! In front of each port stands a gate that keeps the journal, adds latency and strikes with the
//! armed [`Fault`]s; behind `/_sandbox/` on any port is the control API.
//!
//! Written from the vendors' documentation and recordings and never from our clients, so that a
//! shared mistake cannot agree with itself; hence it imports nothing of ours but [`base`](crate::base).

mod audit;
mod author;
mod control;
mod effect;
mod error;
mod fault;
mod fault_answer;
mod gate;
mod gateway;
mod journal;
mod konnect;
mod limits;
mod line;
mod okta;
mod options;
mod origins;
mod out_calls;
mod page;
mod portal;
mod replica;
mod saver;
mod seed;
mod server;
mod shared;
mod snapshot;
mod start;
mod state_file;
mod tap;
mod tls;
mod vendor;
mod world;

pub use audit::Change;
use effect::Twist;
pub use effect::{Effect, StatusEffect};
pub use error::SandboxError;
pub use fault::{Fault, PathPattern, Probability};
pub use journal::Entry;
pub use options::Options;
pub use seed::{Hand, Named, Seed};
pub use shared::Origins;
pub use snapshot::Snapshot;
pub use start::{Sandbox, start};
pub use tap::{Heard, Tap};
pub use vendor::Vendor;

#[cfg(test)]
mod tests;
