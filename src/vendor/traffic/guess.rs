use std::time::Duration;

/// A limit that no header tells, as far as a refusal gave it away.
///
/// What had been sent until the first 429 was the limit, and the wait that came with it tells how
/// long a window is. Forgotten after some windows, because others may have used the limit up.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Guess {
    begun: Duration,
    sent: u64,
    known: Option<Known>,
}

#[derive(Debug, Clone, Copy)]
struct Known {
    limit: u64,
    length: Duration,
    until: Duration,
}

/// What was sent longer ago than this is in no window any more: a minute is the vendors' usual one.
const LONGEST: Duration = Duration::from_mins(1);
/// Who was refused after fewer requests than these did not use the limit up; others did.
const FEW: u64 = 10;
/// A guess lives as long as this many windows.
const LIFE: u32 = 10;

impl Guess {
    /// Counts a request.
    pub(super) fn count(&mut self, now: Duration) {
        let length = self.known(now).map_or(LONGEST, |known| known.length);
        if self.sent == 0 || now >= self.begun + length {
            self.begun = now;
            self.sent = 0;
        }
        self.sent += 1;
    }

    /// Learns that the limit is used up for so long; what was under way was one too many.
    pub(super) fn refused(&mut self, under_way: u64, wait: Duration, now: Duration) {
        let limit = self.sent.saturating_sub(under_way);
        self.sent = 0;
        if limit < FEW {
            return;
        }
        let length = now.saturating_sub(self.begun) + wait;
        self.known = Some(Known {
            limit,
            length,
            until: now + length * LIFE,
        });
    }

    /// The limit, what was sent of it, how long a window is and how much of it is left.
    pub(super) fn limit(&self, now: Duration) -> Option<(u64, u64, Duration, Duration)> {
        let known = self.known(now)?;
        let ends = self.begun + known.length;
        if self.sent == 0 || now >= ends {
            return Some((known.limit, 0, known.length, Duration::ZERO));
        }
        Some((
            known.limit,
            self.sent,
            known.length,
            ends.saturating_sub(now),
        ))
    }

    fn known(&self, now: Duration) -> Option<Known> {
        self.known.filter(|known| now < known.until)
    }
}
