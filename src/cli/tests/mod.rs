//! What the commands are made of; the binary itself is met in `tests/cli.rs`.

mod confirm;
mod error;
mod findings;
mod help;
mod init;
mod options;
mod report;
mod result;
mod saved;
mod schema;
