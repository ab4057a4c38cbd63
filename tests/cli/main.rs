//! The binary as a person and a script meet it: output, exit codes, files. No vendor is asked but the
//! embedded sandbox.

#![allow(clippy::unwrap_used)] // a test may

mod alerts;
mod anywhere;
mod apply;
mod document;
mod home;
mod plan;
mod surface;
