use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How urgent an alert or a drift is; the document calls it `severity`, as alert managers do.
///
/// [`Severity`](super::Severity) is another thing: whether a finding refuses the document.
#[derive(
    Debug,
    Clone,
    Copy,
    Default,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Urgency {
    /// Worth knowing at some time.
    Info,
    /// Somebody should look today.
    #[default]
    Warning,
    /// Security or service is at stake: somebody should look now.
    Critical,
}

impl Urgency {
    /// All, the least first.
    pub const ALL: [Self; 3] = [Self::Info, Self::Warning, Self::Critical];

    /// The word of the document, `critical`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl fmt::Display for Urgency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
