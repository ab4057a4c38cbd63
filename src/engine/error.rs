use crate::base::{Address, SecretRef, StoreError};
use crate::plan::{Refusal, Stale};
use crate::secrets::SecretError;
use crate::vendor::VendorError;

/// Says why a run could not go on.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The document names no organisation of this vendor.
    #[error("the document has no `{0}` section")]
    NoVendor(&'static str),
    /// A secret that the document refers to could not be read.
    #[error("the secret `{reference}` of {place} cannot be read")]
    Secret {
        /// The reference.
        reference: SecretRef,
        /// What needs it.
        place: String,
        /// Why.
        #[source]
        source: Box<SecretError>,
    },
    /// A vendor could not be asked.
    #[error("cannot {doing}")]
    Vendor {
        /// What was tried.
        doing: String,
        /// What the vendor, or the way to it, said.
        #[source]
        source: Box<VendorError>,
    },
    /// Credentials could not be kept, so nothing was begun.
    #[error("nothing was written: the credentials of `{address}` could not be kept")]
    Store {
        /// The object.
        address: Address,
        /// Why.
        #[source]
        source: Box<StoreError>,
    },
    /// A guard refuses the plan.
    #[error("the plan is refused: {}", list(.0))]
    Refused(Vec<Refusal>),
    /// Something that was to be made is there meanwhile, or was not told before.
    #[error("nothing was written: `{0}` was not there when the plan was made, and is now")]
    Appeared(Address),
    /// A saved plan is not true any more.
    #[error("the saved plan is stale: {}", list(.0))]
    Stale(Vec<Stale>),
}

/// Which exit code an error asks for; `cli` has the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExitKind {
    /// A mistake in the document or in the arguments, or a refusal by a vendor.
    Error,
    /// A vendor could not be reached or would not let us in.
    Unreachable,
    /// A guard refused.
    Refused,
}

impl EngineError {
    /// Which exit code it asks for.
    pub fn exit_kind(&self) -> ExitKind {
        match self {
            Self::Vendor { source, .. } if source.unreachable() => ExitKind::Unreachable,
            Self::Refused(_) | Self::Appeared(_) | Self::Stale(_) => ExitKind::Refused,
            Self::NoVendor(_) | Self::Secret { .. } | Self::Vendor { .. } | Self::Store { .. } => {
                ExitKind::Error
            }
        }
    }

    /// Ways out.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Vendor { source, .. } => source.hints(),
            Self::Stale(_) => vec!["make a new plan with `dcrsync plan --out`".to_owned()],
            Self::Appeared(_) => {
                vec![
                    "run it again: the vendor's list came late, or somebody else made it"
                        .to_owned(),
                ]
            }
            Self::NoVendor(vendor) => vec![format!("add `{vendor}:` with its address and `token`")],
            Self::Secret { .. } | Self::Store { .. } | Self::Refused(_) => Vec::new(),
        }
    }
}

fn list(items: &[impl std::fmt::Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join("; ")
}
