use schemars::JsonSchema;
use serde::Deserialize;

/// An authorization server and what hangs on it.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// What it is for, shown in the console.
    #[schemars(example = &"Tokens for partners")]
    pub description: Option<String>,
    /// The audience of its tokens; Okta takes exactly one. `api://NAME` when it is made without.
    #[schemars(length(min = 1, max = 1), example = ["api://partners"])]
    pub audiences: Option<Vec<String>>,
    /// Which of the org's domains the issuer shows.
    pub issuer_mode: Option<IssuerMode>,
    /// Deletes undeclared scopes, claims, policies and rules of this server that Okta did not make.
    #[serde(default)]
    pub prune: bool,
}

/// Which of the org's domains an issuer shows.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum IssuerMode {
    /// The org's own `*.okta.com` domain.
    OrgUrl,
    /// The org's custom domain.
    CustomUrl,
    /// The domain of the request.
    Dynamic,
}

impl IssuerMode {
    /// Okta's spelling.
    pub(super) fn wire(self) -> &'static str {
        match self {
            Self::OrgUrl => "ORG_URL",
            Self::CustomUrl => "CUSTOM_URL",
            Self::Dynamic => "DYNAMIC",
        }
    }
}

impl Spec {
    /// Tells whether the entry has fields of its own and so makes and manages the server.
    pub(super) fn manages(&self) -> bool {
        self.description.is_some() || self.audiences.is_some() || self.issuer_mode.is_some()
    }
}
