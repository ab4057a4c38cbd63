use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

/// One secret that the document names; the secret itself is not told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct SecretStatus {
    /// What needs it, `konnect.dcr_provider.okta-prod`.
    pub owner: String,
    /// Which of its secrets.
    pub field: String,
    /// Where it comes from, as the document has it.
    pub source: String,
    /// Since when it is in use, as far as anybody tells.
    #[schemars(with = "Option<String>")]
    pub since: Option<Timestamp>,
    /// When it stops working, where the vendor tells.
    #[schemars(with = "Option<String>")]
    pub expires: Option<Timestamp>,
    /// Whether Konnect has the same one; `None` where nobody can tell.
    pub in_step: Option<bool>,
}
