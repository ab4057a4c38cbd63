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
mod board;
mod clerk;
pub mod drift;
pub mod follower;
pub mod history;
mod source;
pub mod store;
mod teller;

pub use board::Board;
pub use clerk::Clerk;
pub use follower::{Follower, Shared};
pub use source::Source;
pub use teller::{Nobody, Teller};
