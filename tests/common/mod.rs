//! What the tests that look at dcrsync from outside share: the real binary in its own process, the
//! vendors in another, a made-up home, and names in place of what differs from run to run.

// each test binary uses its own part of this, and nothing is outside of a test binary
#![allow(dead_code, unused_imports, unreachable_pub)]

mod daemon;
mod document;
mod names;
mod receiver;
mod run;
mod test;
mod vendors;

pub use daemon::Daemon;
pub use document::DOCUMENT;
pub use names::Names;
pub use receiver::Receiver;
pub use run::{Run, Running};
pub use test::{Test, files};
pub use vendors::Vendors;
