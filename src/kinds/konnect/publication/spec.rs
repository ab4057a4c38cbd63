use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Spanned;

/// An API, published to a portal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// The API's name, where the entry's key is another.
    pub api: Option<Spanned<String>>,
    /// The portal.
    #[schemars(example = &"developer-portal")]
    pub portal: Spanned<String>,
    /// How applications log in; the portal's default strategy when it is made without.
    #[schemars(example = &"okta-oidc")]
    pub auth_strategy: Option<Spanned<String>>,
    /// Who sees it.
    pub visibility: Option<Visibility>,
    /// Whether applications are registered for it without being asked about.
    pub auto_approve_registrations: Option<bool>,
}

/// Who sees a published API.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody.
    Public,
    /// Those who may, after logging in; Konnect's default.
    Private,
}

impl Visibility {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Private => "private",
        }
    }
}
