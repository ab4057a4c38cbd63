//! Shows a [`Report`](crate::base::Report): for people as rustc does, for machines as JSON.
//!
//! The only place that prints the user's files. What a finding masks, and what looks like a secret
//! on a line that is shown, is replaced before anything is laid out.

mod json;
mod lines;
mod mask;
mod text;

pub use json::json;
pub use text::{Style, text};

#[cfg(test)]
mod leaks;
#[cfg(test)]
mod tests;
