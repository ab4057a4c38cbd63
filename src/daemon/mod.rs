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

mod board;
pub mod drift;
pub mod follower;
pub mod leader;
pub mod service;
mod source;
mod teller;

pub use board::Board;
pub use follower::{Follower, Shared};
pub use source::Source;
pub use teller::{Nobody, Teller};
