//! Floor 4: the process that runs for months.
//!
//! ```text
//!   files, schedule, System Log, signals, the page's button
//!        │ triggers
//!        ▼
//!   follower (one for each document) ──► load ──► plan ──► drift: who moved what ──► apply, where allowed
//!        │                                                  │
//!        ├─► Status over a `watch` channel ──► page, metrics └─► alerts ──► outbox ──► receivers
//!        └─► history (SQLite)
//! ```
//!
//! - [`leader`] says whether this replica may write; its fence is asked before each write.
//! - What must survive a restart is in the state folder: `state.sqlite` (alerts on their way, what was
//!   last seen) and `history.sqlite`, which may be lost without harm.
//! - In the mode `detect` nothing is ever written to a vendor.

pub mod alerts;
mod attend;
mod board;
mod clerk;
pub mod drift;
mod drift_alert;
pub mod events;
pub mod follower;
pub mod freeze;
pub mod history;
pub mod leader;
mod ledger;
pub mod service;
mod source;
pub mod store;
mod teller;
pub mod triggers;
mod watch;

pub use board::Board;
pub use clerk::Clerk;
pub use drift_alert::drift_alert;
pub use follower::{Adapt, Follower, Shared};
pub use ledger::{Ledger, LedgerError};
pub use source::{Read, Source};
pub use teller::{Nobody, Teller};
pub use watch::Watch;
