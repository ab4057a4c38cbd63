use schemars::JsonSchema;
use serde::Deserialize;

use super::Percent;
use crate::base::Spanned;

/// Limits that refuse a plan before its first write.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Guard {
    /// More deletes than these in one plan are refused.
    #[schemars(extend("default" = 5))]
    pub max_deletes: u32,
    /// Deleting a larger share of what is managed is refused.
    #[schemars(extend("default" = "30%"))]
    pub max_delete_share: Percent,
    /// Addresses that are never deleted or replaced; `*` stands for any text.
    #[schemars(inner(length(min = 1)), extend("examples" = [["okta.scope.default/orders.*"]]))]
    pub protect: Vec<Spanned<String>>,
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            max_deletes: 5,
            max_delete_share: Percent::new(30),
            protect: Vec::new(),
        }
    }
}
