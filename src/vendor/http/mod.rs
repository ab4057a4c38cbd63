//! One HTTP client for one vendor: sends, waits, tries again, counts; reads answers into JSON or errors.

mod auth;
mod client;
mod origin;
mod reply;
mod transport;

pub(super) use auth::Auth;
pub(super) use client::{Ask, Body, Client};
pub(super) use origin::{is_loopback, parse as parse_origin};

use super::Vendor;

/// The rate limit that a request counts against.
fn bucket(vendor: Vendor, path: &str) -> &'static str {
    match vendor {
        Vendor::Okta => super::okta::bucket(path),
        Vendor::Konnect | Vendor::Portal | Vendor::Issuer | Vendor::Gateway => vendor.as_str(),
    }
}
