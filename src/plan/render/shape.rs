//! What the plan and the report tell scripts in the same way.

use schemars::JsonSchema;
use serde::Serialize;

use crate::base::Address;
use crate::plan::{Refusal, RefusalKind};

/// The document.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct DocumentJson<'a> {
    /// Its `name`.
    pub name: &'a str,
    /// SHA-256 over its files and the values of its variables, in hex.
    pub digest: &'a str,
}

/// A reason not to apply.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct RefusalJson<'a> {
    /// The object, where there is one.
    #[schemars(with = "Option<String>")]
    pub address: Option<&'a Address>,
    /// The class of the reason.
    pub kind: RefusalKind,
    /// The reason, with the way out.
    pub message: &'a str,
}

impl<'a> From<&'a Refusal> for RefusalJson<'a> {
    fn from(refusal: &'a Refusal) -> Self {
        Self {
            address: refusal.address.as_ref(),
            kind: refusal.kind,
            message: &refusal.message,
        }
    }
}
