use std::error::Error;

use super::super::{Freeze, Interval};
use crate::base::Span;

/// Says which freeze makes no sense, and why.
#[derive(Debug, thiserror::Error)]
#[error("freeze {} cannot be used", index + 1)]
pub struct FreezeError {
    /// Which, from 0.
    pub index: usize,
    /// Why.
    #[source]
    pub what: FreezeFault,
}

/// Why a freeze makes no sense.
#[derive(Debug, thiserror::Error)]
pub enum FreezeFault {
    /// The beginning is no cron expression.
    #[error("`{cron}` is no cron expression of five fields")]
    Cron {
        /// As it was written.
        cron: String,
        /// What is wrong with it.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// The beginning is a day that never comes.
    #[error("`{cron}` never comes within four years")]
    Never {
        /// As it was written.
        cron: String,
    },
    /// The time zone is not in the database.
    #[error("`{name}` is no time zone of the IANA database")]
    TimeZone {
        /// As it was written.
        name: String,
    },
    /// It would begin again before it ends, and never end.
    #[error("a freeze of {duration} that begins again after {period} never ends")]
    TooLong {
        /// How long it lasts.
        duration: Interval,
        /// The shortest time between two beginnings.
        period: Interval,
    },
}

impl FreezeFault {
    /// The field that is wrong, in the document.
    pub fn span(&self, freeze: &Freeze) -> Span {
        match self {
            Self::Cron { .. } | Self::Never { .. } | Self::TooLong { .. } => freeze.cron.span,
            Self::TimeZone { .. } => {
                let zone = freeze.time_zone.as_ref();
                zone.map_or(freeze.cron.span, |zone| zone.span)
            }
        }
    }

    /// The way out.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Cron { .. } => {
                "write minute, hour, day of the month, month and day of the week: `0 18 * * FRI`"
            }
            Self::Never { .. } => "check the day of the month against the month",
            Self::TimeZone { .. } => {
                "write a name such as `Europe/Berlin`, or leave it out for UTC"
            }
            Self::TooLong { .. } => {
                "make it shorter, or, to never write at all, write `mode: detect`"
            }
        }
    }
}
