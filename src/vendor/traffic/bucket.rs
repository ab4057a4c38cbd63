use std::time::Duration;

use super::guess::Guess;
use super::{Allowance, Rate};

/// One rate limit, as the vendor's answers tell it; pure.
///
/// A request is reserved before it is sent. What is under way may be counted in the vendor's figure
/// or not, so it is subtracted: the share of others is never touched, however many are in flight.
#[derive(Debug, Clone, Default)]
pub(in crate::vendor) struct Bucket {
    /// Each answer tells the limit, so nothing but one request is sent before the first has told.
    metered: bool,
    window: Option<Window>,
    /// How long a window lasts, as far as that was seen.
    length: Option<Duration>,
    in_flight: u64,
    /// Requests without an answer, which the vendor's figure may lack: no later one has told yet.
    lost: u64,
    /// Requests let through, and how many that were when one was lost.
    sent: u64,
    sent_before_loss: u64,
    /// One request is under way that will tell how things are.
    probing: bool,
    closed_until: Duration,
    /// A 429 came, and no good answer since.
    refused: bool,
    guess: Guess,
}

#[derive(Debug, Clone, Copy)]
struct Window {
    limit: u64,
    remaining: u64,
    ends: Duration,
    heard: Duration,
}

/// A request that was let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(in crate::vendor) struct Ticket {
    /// Its answer is to tell how things are.
    pub(in crate::vendor) probe: bool,
    number: u64,
}

/// Why a request is not sent now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::vendor) enum Wait {
    /// Nothing is permitted for so long.
    Time(Duration),
    /// The next answer will tell.
    Answer,
}

/// The windows of Okta, where none has been seen from its beginning.
const USUAL: Duration = Duration::from_mins(1);
/// Ends of one window differ by this much: both of the vendor's figures are whole seconds.
const ROUNDING: Duration = Duration::from_secs(2);
/// Older figures are not relied on: others use the same limit.
const FRESH: Duration = Duration::from_secs(5);
/// At most the n-th part of what is left is under way at once, so that a sudden rush of others does
/// not make many requests fail together.
const PART: u64 = 4;

impl Bucket {
    /// A bucket whose limit each answer tells.
    pub(super) fn metered() -> Self {
        Self {
            metered: true,
            ..Self::default()
        }
    }

    /// Reserves one request, or tells what to wait for.
    pub(super) fn admit(&mut self, share: f64, now: Duration) -> Result<Ticket, Wait> {
        if now < self.closed_until {
            return Err(Wait::Time(self.closed_until.saturating_sub(now)));
        }
        let probe = if let Some(window) = self.window(now) {
            let most = window.left(share);
            if self.in_flight + self.lost >= most {
                // What is under way may be counted in `remaining` already; its answer will tell.
                return Err(if most > 0 && self.in_flight > 0 {
                    Wait::Answer
                } else {
                    Wait::Time(window.ends.saturating_sub(now))
                });
            }
            let at_once = (window.remaining / PART).max(1);
            if self.in_flight >= at_once {
                return Err(Wait::Answer);
            }
            now >= window.heard + FRESH
        } else {
            if let Some(wait) = self.guessed_wait(share, now) {
                return Err(Wait::Time(wait));
            }
            self.metered || self.refused
        };
        if probe && self.probing {
            return Err(Wait::Answer);
        }
        self.probing |= probe;
        self.in_flight += 1;
        if !self.metered {
            self.guess.count(now);
        }
        self.sent += 1;
        Ok(Ticket {
            probe,
            number: self.sent,
        })
    }

    /// Learns that an answer told nothing of the limit.
    pub(super) fn untold(&mut self) {
        if self.window.is_none() {
            self.metered = false;
        }
    }

    /// Learns what the headers of this request's answer say.
    pub(super) fn learn(&mut self, rate: Rate, ticket: Ticket, now: Duration) {
        self.metered = true;
        if ticket.number > self.sent_before_loss {
            self.lost = 0;
        }
        let ends = now + rate.ends_in;
        if let Some(window) = self.window(now) {
            if ends + ROUNDING < window.ends {
                // an answer of the window before, which was overtaken
                return;
            }
            if window.limit == rate.limit && ends <= window.ends + ROUNDING {
                // answers overtake each other: within one window only the lowest figure counts
                self.window = Some(Window {
                    remaining: window.remaining.min(rate.remaining),
                    heard: now,
                    ..window
                });
                return;
            }
        }
        if rate.remaining + 1 == rate.limit {
            // its first request opened it
            self.length = Some(rate.ends_in);
        }
        self.window = Some(Window {
            limit: rate.limit,
            remaining: rate.remaining,
            ends,
            heard: now,
        });
    }

    /// Lets nobody send for a while, because a 429 came.
    ///
    /// `asked` tells that the vendor itself named the time.
    pub(super) fn close(&mut self, wait: Duration, asked: bool, now: Duration) {
        let first = now >= self.closed_until;
        if first && asked && !self.metered {
            self.guess.refused(self.in_flight, wait, now);
        }
        self.closed_until = self.closed_until.max(now + wait);
        self.refused = true;
        // what follows starts from fresh figures
        self.window = None;
    }

    /// Ends a request; one that was not answered may have been counted all the same.
    pub(super) fn end(&mut self, answered: bool, ticket: Ticket) {
        self.in_flight = self.in_flight.saturating_sub(1);
        self.probing &= !ticket.probe;
        if !answered {
            self.lost += 1;
            self.sent_before_loss = self.sent;
        }
    }

    /// Learns that a request was carried out.
    pub(super) fn healthy(&mut self) {
        self.refused = false;
    }

    /// What may be sent at this time.
    pub(super) fn allowance(
        &self,
        bucket: &'static str,
        share: f64,
        now: Duration,
    ) -> Option<Allowance> {
        if let Some(window) = self.window {
            let open = now < window.ends;
            let usable = usable(window.limit, share);
            return Some(Allowance {
                bucket,
                limit: window.limit,
                usable,
                left: if open {
                    window
                        .left(share)
                        .saturating_sub(self.in_flight + self.lost)
                } else {
                    usable
                },
                ends_in: window.ends.saturating_sub(now),
                length: self.length.unwrap_or(USUAL),
            });
        }
        let (limit, sent, length, ends_in) = self.guess.limit(now)?;
        let usable = usable(limit, share);
        Some(Allowance {
            bucket,
            limit,
            usable,
            left: usable.saturating_sub(sent),
            ends_in,
            length,
        })
    }

    fn guessed_wait(&self, share: f64, now: Duration) -> Option<Duration> {
        let (limit, sent, _, ends_in) = self.guess.limit(now)?;
        (sent >= usable(limit, share)).then_some(ends_in)
    }

    fn window(&self, now: Duration) -> Option<Window> {
        self.window.filter(|window| now < window.ends)
    }
}

impl Window {
    /// What may be under way without touching the share of others.
    fn left(self, share: f64) -> u64 {
        let reserve = self.limit.saturating_sub(usable(self.limit, share));
        self.remaining.saturating_sub(reserve)
    }
}

/// The part of a limit that may be used; at least one, as a tiny limit must not stop everything.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "limits are small and the share is between 0 and 1"
)]
fn usable(limit: u64, share: f64) -> u64 {
    ((limit as f64 * share).floor() as u64).max(1)
}
