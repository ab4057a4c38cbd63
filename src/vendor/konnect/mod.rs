//! Konnect's admin API of one region: bearer tokens, numbered pages, `application/problem+json`.

mod error;
mod page;
mod reader;
mod writer;

pub(super) use error::answer;
pub use page::SIZE as PAGE;
pub(super) use page::list;
pub use reader::{Access as KonnectAccess, Reader};
pub use writer::Writer;

#[cfg(test)]
mod tests;
