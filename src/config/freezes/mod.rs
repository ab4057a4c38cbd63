//! When nothing may be written: the windows of `watch.freeze`, computed.
//!
//! A window begins by cron, in the time of its zone, and lasts a length of time that no change of clocks alters.
//! A beginning that the clocks leap over counts as much later as they leapt; one that comes twice counts the first time.
//! Windows that overlap or touch are one.

mod error;
mod window;

use jiff::Timestamp;

pub use error::{FreezeError, FreezeFault};
use window::Windows;

use super::Freeze;

#[cfg(test)]
mod tests;

/// All freezes of a document.
#[derive(Debug, Clone, Default)]
pub struct Freezes(Vec<Windows>);

/// A time in which nothing is written, and when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// Why, if the document says it.
    pub reason: Option<String>,
    /// When writing is allowed again, if the freezes stay as they are.
    pub until: Timestamp,
}

/// Windows that are joined into one, at most: where freezes fill all the time, nobody wants to know its end.
const MOST_JOINED: u32 = 100;

impl Freezes {
    /// Reads them; the first that makes no sense is told.
    pub fn parse(freezes: &[Freeze]) -> Result<Self, FreezeError> {
        let each = freezes.iter().enumerate();
        let each = each.map(|(index, freeze)| {
            Windows::parse(freeze).map_err(|what| FreezeError { index, what })
        });
        each.collect::<Result<_, _>>().map(Self)
    }

    /// The freeze that holds at this moment; of several, the reason of the first in the document.
    pub fn holding(&self, now: Timestamp) -> Option<Frozen> {
        let first = self.0.iter().find(|freeze| freeze.end(now).is_some())?;
        let mut until = now;
        for _ in 0..MOST_JOINED {
            // a window that begins where another ends leaves no moment between them
            let ends = self.0.iter().filter_map(|freeze| freeze.end(until));
            match ends.max() {
                Some(end) if end > until => until = end,
                Some(_) | None => break,
            }
        }
        Some(Frozen {
            reason: first.reason.clone(),
            until,
        })
    }
}
