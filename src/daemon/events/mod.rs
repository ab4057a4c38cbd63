//! Okta's System Log: what was changed of what is watched, by whom, from where.
//!
//! A [`Feed`] asks for what is new since the last time, in one request as a rule, and only for changes of what the
//! daemon knows: sign-ins and tokens, the bulk of the log, are never read. What is done with it:
//!
//! - an event that [`concerns`] a watched object and that is not [`Own::did`] begins a run;
//! - the last event of an object names the actor of its drift.
//!
//! Time is the log's own: a wrong clock on this machine changes nothing. Of an event only what is needed is kept:
//! Okta writes new client secrets into the details of some.

mod concerns;
mod event;
mod feed;
mod own;
mod reader;

pub use concerns::concerns;
pub use event::{LogEvent, Target};
pub use feed::Feed;
pub use own::{Own, OwnRequests};
pub use reader::{LogPage, LogReader};

#[cfg(test)]
mod tests;
