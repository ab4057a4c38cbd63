//! dcrsync makes Okta and Kong Konnect agree with one YAML document.
#![cfg_attr(test, allow(clippy::unwrap_used, missing_docs))]

pub mod base;
pub mod cli;
pub mod config;
pub mod engine;
pub mod kinds;
pub mod plan;
pub mod sandbox;
pub mod secrets;
pub mod vendor;
