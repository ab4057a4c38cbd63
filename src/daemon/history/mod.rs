//! What happened: runs, differences and alerts, in `history.sqlite`.
//!
//! It is for people who look back, and for nothing else: no decision is made by it, so a file that is
//! missing or broken is set aside and begun anew, with a word in the log.

mod file;
mod query;

pub use file::History;
pub use query::Query;

#[cfg(test)]
mod tests;
