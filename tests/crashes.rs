//! The real program, killed after each request, before and after the vendor did it, and around each
//! write of a file. The next run leaves one application, one secret that works, and none that nobody kept.

#![cfg(unix)]
#![allow(clippy::unwrap_used)] // a test may
// in a test binary nothing is outside
#![allow(unreachable_pub)]

mod common;

#[path = "crashes/client_secret.rs"]
mod client_secret;
#[path = "crashes/creation.rs"]
mod creation;
#[path = "crashes/kill.rs"]
mod kill;
#[path = "crashes/shop.rs"]
mod shop;
#[path = "crashes/token.rs"]
mod token;
#[path = "sops/tools.rs"]
#[allow(dead_code)] // sops and gpg are for others
mod tools;
