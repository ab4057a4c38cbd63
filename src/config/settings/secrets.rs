use schemars::JsonSchema;
use serde::Deserialize;

use crate::base::Spanned;

/// Where secrets are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SecretSettings {
    /// SOPS files, relative to the document's file; a path may be in one of them only.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true, "examples" = [["secrets.sops.yaml"]]))]
    pub files: Vec<Spanned<String>>,
    /// Files of age identities, besides the places where sops looks itself.
    #[serde(default)]
    #[schemars(inner(length(min = 1)), extend("uniqueItems" = true, "examples" = [["team.agekey"]]))]
    pub key_files: Vec<Spanned<String>>,
}
