use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Difference, HistoryEntry, ObjectStatus, RunStatus, RunTally, SecretStatus};

/// One document and both of its organisations.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct DocumentStatus {
    /// Its name.
    pub name: String,
    /// The files or folders that it was given as.
    pub files: Vec<String>,
    /// The digest of what is in force.
    pub digest: Option<String>,
    /// The addresses of both organisations.
    pub organisations: Vec<String>,
    /// In one word.
    pub health: Health,
    /// Whether drift is mended, or only told.
    pub applies: bool,
    /// Why nothing is written although drift would be mended.
    pub hold: Option<Hold>,
    /// Whether this replica is the one that works on it; `false` for one that stands by.
    pub leads: bool,
    /// Whether a run is under way.
    pub running: bool,
    /// The run that ended last.
    pub last_run: Option<RunStatus>,
    /// The runs since the process began, counted.
    pub runs: RunTally,
    /// When both sides were last found equal, or made so.
    #[schemars(with = "Option<String>")]
    pub last_in_sync: Option<Timestamp>,
    /// When everything was last read without an error.
    #[schemars(with = "Option<String>")]
    pub last_success: Option<Timestamp>,
    /// When the next full look is due.
    #[schemars(with = "Option<String>")]
    pub next_run: Option<Timestamp>,
    /// What is wrong with the file as it stands, or with the way to a vendor; the last good document stays in force.
    pub trouble: Option<String>,
    /// What is not as the document says, and what waits to be applied.
    pub differences: Vec<Difference>,
    /// The plan that would mend it, as `dcrsync plan` prints it, without colours.
    pub plan: Option<String>,
    /// Every declared object.
    pub objects: Vec<ObjectStatus>,
    /// Every secret that the document names; none is told.
    pub secrets: Vec<SecretStatus>,
    /// What happened last, the newest first.
    pub history: Vec<HistoryEntry>,
}

/// How a document is, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Nothing is known yet.
    Starting,
    /// Both vendors are as the document says.
    InSync,
    /// The document was changed, and that is not applied yet.
    Pending,
    /// A vendor is not as the document says.
    Drifted,
    /// The file cannot be used; the last good one stays in force.
    Broken,
    /// A vendor could not be reached, or would not let us in.
    Unreachable,
    /// A guard or a check refuses to go on.
    Refused,
    /// Applying failed.
    Failed,
    /// Another tool changes back what we change.
    Fighting,
    /// Another replica works on it.
    Standby,
}

impl Health {
    /// All.
    pub const ALL: [Self; 10] = [
        Self::Starting,
        Self::InSync,
        Self::Pending,
        Self::Drifted,
        Self::Broken,
        Self::Unreachable,
        Self::Refused,
        Self::Failed,
        Self::Fighting,
        Self::Standby,
    ];

    /// The word for machines, `in_sync`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Starting => "starting",
            Self::InSync => "in_sync",
            Self::Pending => "pending",
            Self::Drifted => "drifted",
            Self::Broken => "broken",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Fighting => "fighting",
            Self::Standby => "standby",
        }
    }

    /// Tells whether nobody has to do anything.
    pub fn is_fine(self) -> bool {
        match self {
            Self::Starting | Self::InSync | Self::Standby => true,
            Self::Pending
            | Self::Drifted
            | Self::Broken
            | Self::Unreachable
            | Self::Refused
            | Self::Failed
            | Self::Fighting => false,
        }
    }
}

/// Why nothing is written at present.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case", tag = "why")]
pub enum Hold {
    /// A freeze of the document.
    Freeze {
        /// Why, if the document says it.
        reason: Option<String>,
        /// When it ends.
        #[schemars(with = "String")]
        until: Timestamp,
    },
    /// The kill switch is on.
    KillSwitch {
        /// The file, or the signal.
        by: String,
    },
    /// An apply failed, and the next one waits.
    BackOff {
        /// When it is tried again.
        #[schemars(with = "String")]
        until: Timestamp,
    },
}
