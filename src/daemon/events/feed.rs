use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};

use super::reader::PAGE;
use super::{LogEvent, LogReader};
use crate::vendor::VendorError;

/// Reads what is new in the log.
#[derive(Debug, Default)]
pub struct Feed {
    /// The newest event that was read, by Okta's clock.
    newest: Option<Timestamp>,
    /// The events that were read and may be read again, and in which round they last were.
    seen: HashMap<String, u64>,
    round: u64,
    /// Set while the log may not be read: how often it is not asked for until it is tried again.
    denied: Option<u32>,
}

/// Events are not written in the order of their times; so far back they are read again.
const OVERLAP: SignedDuration = SignedDuration::from_secs(15);
/// An event that was not read again for so many rounds lies before the overlap and never is.
const ROUNDS: u64 = 3;
/// Without permission the log is tried again after so many polls.
const PAUSE: u32 = 100;

impl Feed {
    /// Begins with what comes after this time; without one, with the last seven days.
    ///
    /// A restart begins where the last process [ended](Self::newest).
    pub fn new(since: Option<Timestamp>) -> Self {
        Self {
            newest: since,
            ..Self::default()
        }
    }

    /// The newest event that was read.
    pub fn newest(&self) -> Option<Timestamp> {
        self.newest
    }

    /// How many events are remembered, so that none is told twice.
    #[cfg(test)]
    pub(super) fn remembered(&self) -> usize {
        self.seen.len()
    }

    /// Whether the log may not be read; then only the schedule finds what was changed, and nobody is named.
    pub fn is_denied(&self) -> bool {
        self.denied.is_some()
    }

    /// The events that are new, the oldest first. After an error the next poll brings them all.
    pub async fn poll(&mut self, reader: &impl LogReader) -> Result<Vec<LogEvent>, VendorError> {
        if let Some(left @ 1..) = &mut self.denied {
            *left -= 1;
            return Ok(Vec::new());
        }
        let events = match self.read(reader).await {
            Err(error) if matches!(error, VendorError::Forbidden { .. }) => {
                if self.denied.replace(PAUSE).is_none() {
                    tracing::warn!(
                        error = %error,
                        "Okta's System Log may not be read: changes are found by the schedule alone, and nobody \
                         is named for them; grant `okta.logs.read`",
                    );
                }
                return Ok(Vec::new());
            }
            events => events?,
        };
        if self.denied.take().is_some() {
            tracing::info!("Okta's System Log may be read again");
        }
        Ok(self.take(events))
    }

    /// All events since a little before the newest that is known.
    async fn read(&self, reader: &impl LogReader) -> Result<Vec<LogEvent>, VendorError> {
        let since = self.newest.map(|newest| newest.saturating_sub(OVERLAP));
        let since = since.map(|since| since.unwrap_or(Timestamp::MIN));
        let mut page = reader.since(since).await?;
        let mut events = Vec::new();
        loop {
            // the log has a next page for ever, but only a full one has something on it already
            let next = page.next.filter(|_| page.items.len() >= PAGE);
            events.extend(page.items.iter().filter_map(LogEvent::read));
            let Some(next) = next else {
                return Ok(events);
            };
            page = reader.after(&next).await?;
        }
    }

    /// What of it is new.
    fn take(&mut self, mut events: Vec<LogEvent>) -> Vec<LogEvent> {
        self.round += 1;
        let round = self.round;
        self.newest = events
            .iter()
            .map(|event| event.published)
            .chain(self.newest)
            .max();
        events.retain(|event| self.seen.insert(event.uuid.clone(), round).is_none());
        self.seen.retain(|_, last| round - *last < ROUNDS);
        events.sort_by_key(|event| event.published);
        events
    }
}
