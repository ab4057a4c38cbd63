//! Floor 2: secrets, from where they are kept to where they are used, and back.
//!
//! A [`Secrets`] resolves the references of a document: SOPS files are opened in process, when
//! first needed and once, their MAC verified before any value is handed out. A [`SopsStore`]
//! keeps what vendors issue, encrypted the moment it arrives. Nothing here prints, logs or writes
//! a plaintext, and no error holds one; what may be shown of a secret is its [`fingerprint`].

mod environment;
mod error;
mod exposure;
mod fingerprint;
mod kept;
mod origin;
mod process;
mod put;
mod replace;
pub mod sops;
mod source;
mod store;

pub use environment::Environment;
pub use error::SecretError;
pub use fingerprint::{Fingerprinter, fingerprint};
pub use origin::Origin;
pub use source::Secrets;
pub use store::{SopsStore, create_file};

#[cfg(test)]
mod tests;
