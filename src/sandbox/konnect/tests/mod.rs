mod applications;
mod content;
mod fake_okta;
mod listing;
mod providers;
mod strategies;
mod surface;
pub(in crate::sandbox) mod world;
