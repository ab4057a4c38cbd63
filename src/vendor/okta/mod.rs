//! Okta's management API: SSWS tokens, pages by `Link`, errors by code, rate limits by path.

mod bucket;
mod error;
mod page;
mod reader;
mod service;
mod writer;

pub use bucket::{UNLIMITED, bucket};
pub(super) use error::answer;
pub use page::{NextPage, Page};
pub use reader::{Access as OktaAccess, Login as OktaLogin, Reader};
pub use service::Service as OktaService;
pub use writer::Writer;

#[cfg(test)]
mod tests;
