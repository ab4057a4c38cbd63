//! Floor 1: HTTP to the vendors: logging in, errors, pages, waiting and trying again.
//!
//! Knows no kind and no document: callers bring paths and JSON bodies. A [`okta::Reader`] cannot
//! write, so whoever plans holds only readers; a [`okta::Writer`] is made from one. What was not
//! answered is never repeated blindly: [`VendorError::doubtful`] tells the caller to look first.
//!
//! Invariants: a token goes to its own origin and nowhere else (no redirect is followed, pages are
//! followed within the origin); bodies and headers are never logged; every text of a vendor passes
//! the [`Scrubber`](crate::base::Scrubber) before it is kept.

mod answer;
mod call;
mod clock;
mod error;
#[cfg(test)]
mod fake;
mod hints;
mod http;
pub mod konnect;
mod name;
pub mod okta;
mod options;
mod path;
pub mod portal;
mod retry;
pub mod token;
mod traffic;
mod usage;

pub use answer::{Answer, Reason};
pub use call::{Call, Effort};
pub use clock::{Clock, Realtime};
pub use error::VendorError;
pub use http::USER_AGENT;
pub use name::Vendor;
pub use options::{Fence, Observer, Options, Pace, RequestDone};
pub use path::path;
pub use traffic::{Allowance, Outlook, Traffic};
pub use usage::Usage;

#[cfg(test)]
mod tests;
