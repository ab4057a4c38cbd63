use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Difference, RunStatus};

/// One line of the history.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HistoryEntry {
    /// When.
    #[schemars(with = "String")]
    pub at: Timestamp,
    /// The document.
    pub document: String,
    /// What.
    #[serde(flatten)]
    pub what: Happening,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Happening {
    /// A run ended.
    Run {
        /// The run.
        run: RunStatus,
    },
    /// A difference was seen.
    Appeared {
        /// The difference.
        difference: Difference,
    },
    /// A difference is gone.
    Settled {
        /// As it was seen last.
        difference: Difference,
        /// Whether a run of ours mended it.
        by_us: bool,
    },
    /// An alert was delivered, or given up.
    Alerted {
        /// What it was about.
        key: String,
        /// To whom, `slack #1`.
        receiver: String,
        /// In a line.
        message: String,
        /// Whether it arrived.
        delivered: bool,
    },
}
