//! Both vendors, emulated: Okta, Konnect, the Portal API and the gateway, each on a port of its own.
//!
//! Written from the vendors' documentation and recordings and never from our clients, so that a
//! shared mistake cannot agree with itself; hence it imports nothing of ours but [`base`](crate::base).

mod gateway;
mod konnect;
mod portal;
mod shared;
