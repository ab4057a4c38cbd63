use schemars::JsonSchema;
use serde::Deserialize;

use super::{Endpoint, Percent};
use crate::base::{SecretRef, Spanned};

/// The Kong Konnect organisation and how to log in to it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KonnectSettings {
    /// The region, which makes the address `https://{region}.api.konghq.com`; or `base_url`.
    #[schemars(
        regex(pattern = "^[a-z]{2,12}$"),
        extend("examples" = ["us", "eu", "au", "me", "in", "sg"])
    )]
    pub region: Option<Spanned<String>>,
    /// The whole address of the regional API; or `region`.
    pub base_url: Option<Spanned<Endpoint>>,
    /// A personal or system account's access token.
    pub token: SecretRef,
    /// Whether undeclared objects that carry this document's owner label are deleted.
    #[serde(default)]
    pub prune: bool,
    /// The address of the developer portal, where it is not the portal's own default domain.
    #[schemars(extend("examples" = ["https://developer.acme.example"]))]
    pub portal_url: Option<Spanned<Endpoint>>,
    /// A file of certificates to trust besides the system's, PEM, relative to the document's file; for portals too.
    #[schemars(length(min = 1))]
    pub ca_file: Option<Spanned<String>>,
    /// The share of Konnect's rate limits that may be used; else the document's `budget`.
    pub budget: Option<Percent>,
}

impl KonnectSettings {
    /// The address of the regional API; a document that was loaded has one.
    pub fn base(&self) -> Option<Endpoint> {
        let named = self.base_url.as_ref().map(|url| url.value.clone());
        named.or_else(|| {
            let region = self.region.as_ref()?;
            Endpoint::parse(&format!("https://{region}.api.konghq.com")).ok()
        })
    }
}
