//! Random worlds, documents, faults and deaths: whatever happens, the world comes to what the document
//! says, and nothing else is touched.
//!
//! A case plants a world at both emulated vendors, then goes through rounds: the document changes,
//! people change things by hand, runs are disturbed and killed, and at last undisturbed runs must
//! bring everything to rest. What is then there is read by plain requests and held to `laws`.

#![allow(clippy::unwrap_used)] // a test may

mod case;
mod control;
mod coverage;
mod drift;
mod expect;
mod killed;
mod laws;
mod picture;
mod plant;
mod play;
mod seeds;
mod stage;
mod trouble;
mod vocabulary;

#[path = "../laws/clock.rs"]
mod clock;
