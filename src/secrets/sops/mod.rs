//! SOPS files, read and edited in process.
//!
//! bytes → text → nodes with places (one parser per format) → data key (age, `gpg`, or the key
//! service of an installed `sops`) → values, MAC verified before any of them leaves this module.
//! Edits change the text by bytes: the touched scalars, new lines, `lastmodified` and `mac`,
//! nothing else. The format is that of sops 3.13 (<https://github.com/getsops/sops>).

mod age;
mod cipher;
mod create;
mod creation;
mod decrypt;
mod dotenv;
mod edit;
mod error;
mod file;
mod flat;
mod format;
mod gpg;
mod ini;
mod json;
mod keys;
mod meta;
mod node;
mod piece;
mod rules;
mod service;
mod shamir;
mod spot;
mod stamp;
mod text;
mod tree;
mod yaml;

pub use self::age::generate_identity;
pub use create::create;
pub(super) use create::{Plan, make};
pub(super) use creation::{config_of, plan_for};
pub use edit::{Change, Edit, apply, set};
pub(super) use edit::{edit, sealed};
pub use error::{SopsError, Tried};
pub use file::SopsFile;
pub(super) use format::Format;
pub use keys::Keyring;
pub use piece::Content;
pub use tree::{Leaf, Plain, Tree};

#[cfg(test)]
mod tests;
