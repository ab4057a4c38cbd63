//! Floor 0: the words everything else is written in.
//!
//! Addresses, values, secrets, spans and diagnostics. Nothing here does I/O, reads a clock or
//! knows a vendor; every other floor may import it, and it imports none of them.

mod address;
mod count;
mod diagnostic;
mod node;
mod node_de;
mod pattern;
mod printable;
mod report;
mod scrub;
mod secret;
mod source;
mod spanned;
mod store;
mod suggestion;
mod urgency;
mod value;

pub use address::{Address, AddressError, KindName};
pub use count::Count;
pub use diagnostic::{Diagnostic, Label, Severity};
pub use node::{Data, Node};
pub use node_de::NodeError;
pub use pattern::matches_pattern;
pub use printable::printable;
pub use report::Report;
pub use scrub::{Scrubber, scrub_for_all};
pub use secret::{Fingerprint, Secret, SecretRef};
pub use source::{Location, Source, SourceMap};
pub use spanned::{FileId, Span, Spanned};
pub use store::{CredentialStore, CredentialTarget, Credentials, StoreError};
pub use suggestion::Suggestion;
pub use urgency::Urgency;
pub use value::Value;

#[cfg(test)]
mod tests;
