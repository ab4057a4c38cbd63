//! YAML as sops reads it, with the place of each node in the text.
//!
//! text → events → nodes: aliases are expanded (within a budget), `<<` is an ordinary key, comments
//! are kept beside the entry that they precede. No value is resolved here; see [`typing`].

use super::node::{Entry, Item, Kind, Node, Scalar, Style};

mod attach;
mod builder;
mod comments;
mod mend;
mod parse;
mod place;
mod render;
mod time;
mod typing;

pub(super) use parse::parse;
pub(super) use place::{put, remove};
pub(super) use time::Time;
pub(super) use typing::{Typed, resolve};

#[cfg(test)]
mod tests;
