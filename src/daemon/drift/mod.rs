//! What differs, which side moved, how grave it is and who did it; pure.
//!
//! A plan says what differs now. That somebody changed the vendor's side, rather than the document, can only
//! be told by what was there before: a [`Memory`] keeps of each declared object digests of what the document
//! wanted and of what was live. Losing it loses nothing but this distinction, until the next look at which
//! both sides are equal.

mod blame;
mod classify;
mod memory;
mod severity;
mod shown;

pub use blame::blame;
pub use classify::{Look, Seen, classify};
pub use memory::Memory;
pub use severity::severity;

#[cfg(test)]
mod tests;
