//! SOPS files, read and edited in process.
//!
//! bytes → text → nodes with places → data key (age) → values, MAC verified before any of them
//! leaves this module. Edits change the text by bytes: the touched scalars, new lines,
//! `lastmodified` and `mac`, nothing else. The format is that of sops 3.13
//! (<https://github.com/getsops/sops>); only YAML and age so far.

mod age;
mod cipher;
mod create;
mod decrypt;
mod edit;
mod error;
mod file;
mod meta;
mod place;
mod rules;
mod stamp;
mod tree;
mod yaml;

pub use self::age::{Keyring, generate_identity};
pub use create::create;
pub(super) use create::create_like;
pub(super) use edit::edit;
pub use edit::set;
pub use error::{SopsError, Tried};
pub use file::SopsFile;
pub(super) use file::supported;
pub use tree::{Leaf, Plain, Tree};

#[cfg(test)]
mod tests;
