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
    /// A list that was read cannot be true, so nothing is planned from it.
    #[error("the list of {list} is not believed: {why}")]
    Incredible {
        /// Of what.
        list: String,
        /// What it is denied by.
        why: String,
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
    /// A credential cannot be rotated as it is.
    #[error("`{address}` cannot be rotated: {reason}")]
    Rotate {
        /// Whose credential it is.
        address: Address,
        /// Why.
        reason: String,
        /// The way out.
        hint: String,
    },
    /// A guard refuses the plan.
    #[error("the plan is refused: {}", list(.0))]
    Refused(Vec<Refusal>),
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
            Self::Refused(_) | Self::Stale(_) => ExitKind::Refused,
            Self::NoVendor(_)
            | Self::Secret { .. }
            | Self::Vendor { .. }
            | Self::Incredible { .. }
            | Self::Store { .. }
            | Self::Rotate { .. } => ExitKind::Error,
        }
    }

    /// Ways out.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Vendor { source, .. } => source.hints(),
            Self::Rotate { hint, .. } => vec![hint.clone()],
            Self::Stale(_) => vec!["make a new plan with `dcrsync plan --out`".to_owned()],
            Self::NoVendor(vendor) => vec![format!("add `{vendor}:` with its address and `token`")],
            Self::Incredible { .. } => vec![
                "nothing was written; run again in a minute, and if it stays, look at the list in the vendor's console and at what the token may read".to_owned(),
            ],
            Self::Secret { reference, .. } => vec![secret_hint(reference)],
            Self::Store { .. } => vec![
                "`credentials` names a SOPS file and a path in it: take a file that can be opened and written here, and a path that holds nothing else".to_owned(),
            ],
            Self::Refused(_) => Vec::new(),
        }
    }
}

fn secret_hint(reference: &SecretRef) -> String {
    match reference {
        SecretRef::Sops(_) => {
            "`sops decrypt FILE` shows whether a file of `secrets.files` opens here, and what is in it"
                .to_owned()
        }
        SecretRef::Env(name) => format!(
            "set `{name}` in the environment of this run, or take the secret from SOPS: `{{ sops: PATH }}`"
        ),
        SecretRef::File(path) => format!(
            "put the secret and nothing else into `{path}`, which is relative to the document's file"
        ),
    }
}

fn list(items: &[impl std::fmt::Display]) -> String {
    let items: Vec<String> = items.iter().map(ToString::to_string).collect();
    items.join("; ")
}
