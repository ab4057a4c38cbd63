//! `SQLite` files of the daemon: how one is opened, brought up to date and shared.
//!
//! A file is nobody else's to read (mode 0600), keeps a write-ahead log, and knows by its `user_version`
//! which migrations it has had. Who owns a file decides what a broken one means: for the state it is an
//! error, the history is begun anew.

mod database;
mod error;
mod memory;

pub use database::{Database, Durability};
pub use error::StoreError;
pub use memory::Memory;

#[cfg(test)]
mod tests;
