use jiff::{SignedDuration, Timestamp};
use serde::{Serialize, Serializer};

use super::days;
use crate::base::Fingerprint;

/// One secret of the document: where it is and what is known of it.
#[derive(Debug, Clone, Serialize)]
pub struct Holding {
    /// Whose it is: `okta`, `konnect.dcr_provider.okta`.
    pub owner: String,
    /// The field that names it.
    pub field: String,
    /// Where it comes from: `sops:okta.api_token`.
    pub source: String,
    /// The file that holds it.
    pub file: Option<String>,
    /// Since when it is this secret.
    pub since: Since,
    /// When it ends, as the vendor tells.
    pub expires: Option<Timestamp>,
    /// Whether the vendor has the same one; nobody may be able to tell.
    pub in_step: Option<bool>,
    /// What may be shown of it.
    pub fingerprint: Option<Fingerprint>,
    /// What cannot be known, and what to look at.
    pub notes: Vec<String>,
    /// Why it cannot be used.
    pub problem: Option<String>,
}

/// Since when a secret is the one that it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The vendor told.
    Exactly(Timestamp),
    /// Its file was last changed then, perhaps in another place of it.
    AtLeast(Timestamp),
    /// Nobody tells.
    Unknown,
}

impl Holding {
    pub(super) fn new(owner: &str, field: &str, source: String) -> Self {
        Self {
            owner: owner.to_owned(),
            field: field.to_owned(),
            source,
            file: None,
            since: Since::Unknown,
            expires: None,
            in_step: None,
            fingerprint: None,
            notes: Vec::new(),
            problem: None,
        }
    }

    pub(super) fn note(&mut self, text: impl Into<String>) {
        self.notes.push(text.into());
    }

    /// Tells whether it is surely older than allowed.
    pub fn is_older(&self, limit: SignedDuration, now: Timestamp) -> bool {
        self.since
            .time()
            .is_some_and(|since| now.duration_since(since) > limit)
    }

    /// Tells whether something is wrong with it, whatever its age.
    pub fn is_broken(&self, now: Timestamp) -> bool {
        self.problem.is_some() || self.expires.is_some_and(|end| end <= now)
    }
}

impl Since {
    /// The time, exact or not.
    pub fn time(self) -> Option<Timestamp> {
        match self {
            Self::Exactly(time) | Self::AtLeast(time) => Some(time),
            Self::Unknown => None,
        }
    }

    /// For a person: `12 days`, `at least 12 days`.
    pub fn told(self, now: Timestamp) -> String {
        let count = |time| {
            let days = usize::try_from(days(time, now)).unwrap_or_default();
            crate::base::Count::of(days, "day").to_string()
        };
        match self {
            Self::Exactly(time) => count(time),
            Self::AtLeast(time) => format!("at least {}", count(time)),
            Self::Unknown => "not known".to_owned(),
        }
    }
}

impl Serialize for Since {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        /// A time and whether it is exact.
        #[derive(Serialize)]
        struct Told {
            time: Option<Timestamp>,
            exact: bool,
        }
        Told {
            time: self.time(),
            exact: matches!(self, Self::Exactly(_)),
        }
        .serialize(to)
    }
}
