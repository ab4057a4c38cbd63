use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Spanned;
use crate::kinds::konnect::labels::Labels;

/// A developer portal.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Spec {
    /// Shown to developers.
    #[schemars(length(min = 1, max = 255))]
    pub display_name: Option<String>,
    /// What it is for.
    #[schemars(length(max = 512))]
    pub description: Option<String>,
    /// The strategy of publications that name none.
    pub default_auth_strategy: Option<Spanned<String>>,
    /// Whether applications are registered for APIs without being asked about.
    pub auto_approve_applications: Option<bool>,
    /// Whether developers may log in without being asked about.
    pub auto_approve_developers: Option<bool>,
    /// Labels besides our own.
    #[schemars(with = "Option<std::collections::BTreeMap<String, String>>")]
    pub labels: Option<Labels>,
}

impl Spec {
    /// Tells whether the entry has fields of its own and so makes and manages the portal.
    pub(super) fn manages(&self) -> bool {
        self.display_name.is_some()
            || self.description.is_some()
            || self.default_auth_strategy.is_some()
            || self.auto_approve_applications.is_some()
            || self.auto_approve_developers.is_some()
            || self.labels.is_some()
    }
}
