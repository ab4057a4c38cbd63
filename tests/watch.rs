//! `dcrsync watch` from outside: the real binary beside the sandbox in another process, told by signals,
//! files and the sandbox's API, and heard by a receiver of alerts that is not ours.
//!
//! Nothing here waits for a time: each test waits for what has to come, and fails when it does not come in
//! a minute.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may
#![allow(clippy::similar_names)] // a test has a text
// in a test binary nothing is outside
#![allow(unreachable_pub)]

mod common;

#[path = "watch/drift.rs"]
mod drift;
#[path = "watch/ends.rs"]
mod ends;
#[path = "watch/files.rs"]
mod files;
#[path = "watch/idle.rs"]
mod idle;
#[path = "watch/kills.rs"]
mod kills;
#[path = "watch/leaders.rs"]
mod leaders;
#[path = "watch/modes.rs"]
mod modes;
#[path = "watch/shop.rs"]
mod shop;
