//! Laws that hold for every registered kind, proved over HTTP against the emulated vendors.
//!
//! Documents come from the kinds themselves (`EXAMPLE`), so a new kind is held to the laws without a
//! line here. What the vendors have in the end is read by plain requests and not by our clients.

#![allow(clippy::unwrap_used)] // a test may

mod blast;
mod budget;
mod changes;
mod clock;
mod contract;
mod disturbed;
mod driven;
mod dump;
mod faults;
mod gone;
mod kinds;
mod late;
mod order;
mod owners;
mod replaced;
mod requests;
mod rotation;
mod secrets;
mod settle;
mod world;
