use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One run: a look at both vendors, and what was done about it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunStatus {
    /// Its id, which logs, history and alerts share.
    pub id: String,
    /// What it was begun for.
    pub trigger: Trigger,
    /// When it began.
    #[schemars(with = "String")]
    pub started: Timestamp,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// How it ended.
    pub outcome: RunOutcome,
    /// In a sentence, what came of it.
    pub message: String,
    /// The requests that it took.
    pub requests: u64,
    /// The objects that were written.
    pub written: u64,
    /// The objects that differ at its end.
    pub differing: u64,
    /// The digest of the document.
    pub digest: Option<String>,
}

/// What a run was begun for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// The daemon began, or came to lead.
    Start,
    /// A file of the document changed.
    File,
    /// It was time.
    Schedule,
    /// Okta's System Log told of a change of what is watched.
    Event,
    /// `SIGHUP`, or the page's button.
    Asked,
    /// An earlier run could not end its work.
    Retry,
}

impl Trigger {
    /// The word for machines, `schedule`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::File => "file",
            Self::Schedule => "schedule",
            Self::Event => "event",
            Self::Asked => "asked",
            Self::Retry => "retry",
        }
    }
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RunOutcome {
    /// Both vendors are as the document says.
    InSync,
    /// They were made so.
    Applied,
    /// There is a difference, and nothing was written.
    Differs,
    /// Some of it was written.
    Partial,
    /// The document cannot be used.
    Broken,
    /// A guard or a check refused.
    Refused,
    /// A vendor could not be reached, or would not let us in.
    Unreachable,
    /// Something else went wrong.
    Failed,
    /// It was stopped, because the process ends or another replica leads.
    Stopped,
}

impl RunOutcome {
    /// All.
    pub const ALL: [Self; 9] = [
        Self::InSync,
        Self::Applied,
        Self::Differs,
        Self::Partial,
        Self::Broken,
        Self::Refused,
        Self::Unreachable,
        Self::Failed,
        Self::Stopped,
    ];

    /// The word for machines, `in_sync`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::InSync => "in_sync",
            Self::Applied => "applied",
            Self::Differs => "differs",
            Self::Partial => "partial",
            Self::Broken => "broken",
            Self::Refused => "refused",
            Self::Unreachable => "unreachable",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}
