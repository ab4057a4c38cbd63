use std::time::Duration;

use cronexpr::{Crontab, MakeTimestamp};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::super::{Freeze, Interval};
use super::FreezeFault;

/// The windows of one freeze.
#[derive(Debug, Clone)]
pub(super) struct Windows {
    /// Reads its times as if they were UTC: what the clocks do is left to the zone.
    cron: Crontab,
    zone: TimeZone,
    duration: SignedDuration,
    pub(super) reason: Option<String>,
}

/// From here on the shortest time between two beginnings is looked for; four years from here have a leap day.
const FROM: DateTime = jiff::civil::date(2023, 12, 31).at(23, 59, 0, 0);
/// So many beginnings show every pattern that five fields can make: days of a month and their ends among them.
const SAMPLE: usize = 1_000;

/// More than clocks are moved at once, so that an earlier local time may be a later moment.
const LEAP: SignedDuration = SignedDuration::from_hours(3);

impl Windows {
    pub(super) fn parse(freeze: &Freeze) -> Result<Self, FreezeFault> {
        let text = freeze.cron.value.as_str();
        let zone = match &freeze.time_zone {
            None => TimeZone::UTC,
            Some(name) => TimeZone::get(name).map_err(|_| FreezeFault::TimeZone {
                name: name.value.clone(),
            })?,
        };
        let fields = text.split_whitespace().count();
        let cron = cronexpr::parse_crontab(&format!("{text} UTC"));
        let cron = match cron {
            Ok(cron) if fields == 5 => cron,
            Ok(_) => {
                return Err(FreezeFault::Cron {
                    cron: text.to_owned(),
                    source: format!("it has {fields} fields").into(),
                });
            }
            Err(source) => {
                return Err(FreezeFault::Cron {
                    cron: text.to_owned(),
                    source: source.into(),
                });
            }
        };
        let windows = Self {
            cron,
            zone,
            // what does not fit is longer than any period
            duration: SignedDuration::try_from(freeze.duration.duration())
                .unwrap_or(SignedDuration::MAX),
            reason: freeze.reason.clone(),
        };
        match windows.period() {
            None => Err(FreezeFault::Never {
                cron: text.to_owned(),
            }),
            Some(period) if windows.duration >= period => Err(FreezeFault::TooLong {
                duration: freeze.duration,
                period: Interval::new(Duration::try_from(period).unwrap_or_default()),
            }),
            Some(_) => Ok(windows),
        }
    }

    /// The end of the last window that began by `at`, if it has not ended by then.
    pub(super) fn end(&self, at: Timestamp) -> Option<Timestamp> {
        let earliest = at.checked_sub(self.duration).unwrap_or(Timestamp::MIN);
        // in the zone's own time, with room for what the clocks may have done in between
        let from = self.zone.to_datetime(earliest);
        let mut local = from.checked_sub(LEAP).unwrap_or(DateTime::MIN);
        let mut last = None;
        while let Some(next) = self.next(local) {
            let begin = self.zone.to_timestamp(next).ok()?;
            if begin > at.checked_add(LEAP).unwrap_or(Timestamp::MAX) {
                break;
            }
            if begin > earliest && begin <= at {
                last = last.max(Some(begin));
            }
            local = next;
        }
        last?.checked_add(self.duration).ok()
    }

    /// The next beginning after a local time.
    fn next(&self, local: DateTime) -> Option<DateTime> {
        let after = TimeZone::UTC.to_timestamp(local).ok()?;
        let next = self.cron.find_next(MakeTimestamp(after)).ok()?;
        Some(next.datetime())
    }

    /// The shortest time between two beginnings; nothing when there are none.
    fn period(&self) -> Option<SignedDuration> {
        let mut last = self.next(FROM)?;
        // one that comes once in four years has no second one to be measured by
        let mut shortest = SignedDuration::from_hours(24 * 1461);
        for _ in 0..SAMPLE {
            let Some(next) = self.next(last) else {
                break;
            };
            shortest = shortest.min(next.duration_since(last));
            last = next;
        }
        Some(shortest)
    }
}
