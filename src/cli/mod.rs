//! Floor 5: the commands, one file each.

pub mod diagnostics;
pub mod sandbox;
