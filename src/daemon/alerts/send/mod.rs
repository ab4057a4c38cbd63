//! One try of one message: the only part of alerts with a network and programs.

mod command;
mod courier;
mod post;

pub(super) use courier::{Courier, CourierOptions};

use std::time::Duration;

/// What became of a try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reply {
    /// The receiver has it.
    Arrived,
    /// The receiver does not want it; after so many of these it is given up.
    Refused {
        /// In words, without secrets.
        why: String,
        /// The number of such answers that end it.
        tries: u32,
    },
    /// It may be taken later.
    Later {
        /// In words, without secrets.
        why: String,
        /// When the receiver wants it again, if it says so.
        after: Option<Duration>,
    },
}
