//! What begins a run: files, the schedule, Okta's System Log, a person.
//!
//! ```text
//!   Files ──► contents ─┐
//!   Caller: asked, event ├─► Triggers::next ──► Wake { trigger, files }
//!   schedule, retry ─────┘
//! ```
//!
//! There are [`Triggers`] for each document. What comes while its run is under way is one wake afterwards, under
//! the name of the strongest. [`Signals`](signals::Signals) are the process's, so there is one of them.

mod backoff;
mod caller;
mod files;
mod schedule;
pub mod signals;
mod wake;

pub use backoff::Backoff;
pub use caller::Caller;
pub use files::{Contents, Files, Followed};
pub use schedule::Schedule;
pub use wake::{Triggers, Wake};

#[cfg(test)]
mod tests;
