use std::time::{Duration, Instant};

use super::contents::State;

/// So long nothing may happen before it is looked at.
const QUIET: Duration = Duration::from_millis(100);
/// In a folder where something happens all the time it is looked at after so long.
const MOST: Duration = Duration::from_secs(1);
/// The time between two readings that must agree, where writers are heard.
const GAP: Duration = Duration::from_millis(50);
/// The same where they are not.
const DEAF_GAP: Duration = Duration::from_secs(1);
/// What is empty or gone must stay so for so long.
const LACKING: Duration = Duration::from_secs(1);

/// Decides when a change is whole; from the first sign of it until it is told or turns out to be none.
pub(super) struct Settle {
    began: Instant,
    due: Instant,
    /// Whether events tell of this change, and not the poll.
    heard: bool,
    last: Option<(State, u64)>,
    lacking: Option<Instant>,
}

/// What comes after a reading.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Another one.
    Again,
    /// It is whole, and new.
    Tell,
    /// It is what was told.
    Same,
}

/// What is known of writers when a reading is judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Writers {
    /// How many events there were before the reading began.
    pub(super) events: u64,
    /// Whether one has a file open that it wrote to.
    pub(super) busy: bool,
}

impl Settle {
    /// Begins with an event.
    pub(super) fn by_event(now: Instant) -> Self {
        Self {
            began: now,
            due: now + QUIET,
            heard: true,
            last: None,
            lacking: None,
        }
    }

    /// Begins with a poll, which found something although nothing was heard.
    pub(super) fn by_poll(now: Instant) -> Self {
        Self {
            due: now,
            heard: false,
            ..Self::by_event(now)
        }
    }

    /// Begins without a cause: at the start.
    pub(super) fn at_once(now: Instant) -> Self {
        Self {
            due: now,
            ..Self::by_event(now)
        }
    }

    /// When the next reading is due.
    pub(super) fn due(&self) -> Instant {
        self.due
    }

    /// Another event came: waits until it is quiet, but not for ever.
    pub(super) fn heard(&mut self, now: Instant) {
        self.heard = true;
        if now < self.began + MOST {
            self.due = (now + QUIET).min(self.began + MOST);
        }
    }

    /// Judges a reading that began at `now`.
    pub(super) fn judge(
        &mut self,
        state: State,
        told: Option<&State>,
        writers: Writers,
        now: Instant,
    ) -> Verdict {
        let lacks = state.lacks(told);
        let lacking = lacks.then(|| *self.lacking.get_or_insert(now));
        self.lacking = lacking;
        let agrees = self.last.as_ref().is_some_and(|(last, events)| {
            // something else in the folder may never be quiet
            let calm = *events == writers.events || now >= self.began + MOST;
            *last == state && calm
        });
        let stayed = lacking.is_none_or(|since| now >= since + LACKING);
        let same = Some(&state) == told;
        self.due = now + if self.heard { GAP } else { DEAF_GAP };
        self.last = Some((state, writers.events));
        if !agrees || writers.busy || !stayed {
            Verdict::Again
        } else if same {
            Verdict::Same
        } else {
            Verdict::Tell
        }
    }
}
