//! One HTTP client for one vendor: sends, waits, tries again, counts; reads answers into JSON or errors.

mod ask;
mod auth;
mod client;
mod exchange;
mod origin;
mod reply;
mod transport;
mod wire;

pub(super) use ask::{Ask, Body};
pub(super) use auth::{Auth, Renewing, sensitive};
pub(super) use client::Client;
pub(super) use origin::{is_loopback, parse as parse_origin};
pub use transport::USER_AGENT;

use super::Vendor;

/// The rate limit that a request counts against.
fn bucket(vendor: Vendor, path: &str) -> &'static str {
    match vendor {
        Vendor::Okta => super::okta::bucket(path),
        Vendor::Konnect => "api",
        Vendor::Portal | Vendor::Issuer | Vendor::Gateway => vendor.as_str(),
    }
}
