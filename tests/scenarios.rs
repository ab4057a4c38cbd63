//! Stories of operators, told by the real binary against both vendors in another process. Each
//! transcript is a snapshot: what a person reads, and what a script gets.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may

mod common;

#[path = "scenarios/changes.rs"]
mod changes;
#[path = "scenarios/first_days.rs"]
mod first_days;
#[path = "scenarios/guards.rs"]
mod guards;
#[path = "scenarios/interrupted.rs"]
mod interrupted;
#[path = "scenarios/network.rs"]
mod network;
#[path = "scenarios/reports.rs"]
mod reports;
#[path = "scenarios/saved_plans.rs"]
mod saved_plans;
#[path = "scenarios/service_app.rs"]
mod service_app;
#[path = "scenarios/short_reads.rs"]
mod short_reads;
#[path = "scenarios/trouble.rs"]
mod trouble;
