//! Who is told of what lasts, and when; the way from an alert to its receivers.
//!
//! ```text
//!   follower ──► settle ──► state.sqlite: firing, told, outbox ──► deliver ──► format ──► send
//!                 one transaction                                  one line for each receiver
//! ```
//!
//! - The [`Desk`] compares what lasts now with what lasted before and decides who has to be told. The
//!   decision and its messages are one transaction, so neither is ever without the other.
//! - Delivery takes the messages of each receiver in order and marks one as sent only after the answer.
//!   What a crash leaves in between is sent again under the same id: at least once, and to be told apart.
//! - A receiver's address is a secret like its key: neither is in an error, a log or a `Debug`.
//! - `format` is pure: a message in, the body of a vendor out. `send` is the only part with a network.

mod back_off;
mod deliver;
mod desk;
mod error;
mod format;
mod message;
mod outbox;
mod receiver;
mod receivers;
mod send;
mod settle;
mod trial;

pub use desk::{Desk, DeskOptions};
pub use error::{DeskError, ReceiverError};
pub use message::{Change, Turn};
pub use receiver::{Receiver, Target};
pub use receivers::{Unusable, ca_files, receivers};
pub use trial::{Trial, try_out};

#[cfg(test)]
mod tests;
