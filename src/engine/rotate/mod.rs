//! A credential is replaced while its predecessor still works; nothing is remembered but by the
//! vendors and by the SOPS file, so each run looks where the last one ended and goes on from there.
//!
//! What is to be done comes out as the step of an ordinary plan. An application's client secret
//! ([`client`]) is issued by the vendor, the token by which Konnect registers clients ([`token`]) is
//! made by a person: Okta has no API for that.

mod client;
mod decide;
mod provider;
mod shown;
mod token;

pub use token::NewToken;

use jiff::{SignedDuration, Timestamp};

use crate::base::Address;
use crate::kinds::client_secret::Rotation;

/// How a rotation is to be done.
#[derive(Debug, Clone, Copy)]
pub struct Rotate<'a> {
    /// The application or the DCR provider.
    pub address: &'a Address,
    /// How long the old credential works besides the new one.
    pub grace: SignedDuration,
    /// Whether a rotation that waits for its grace gives way to another one.
    pub again: bool,
    /// The time.
    pub now: Timestamp,
}

/// How far a rotation is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// A new credential takes the place of the old one.
    Renew,
    /// The old credential is retired.
    Retire,
    /// The new one is in use; the old one is retired not before this.
    Wait(Timestamp),
    /// There is nothing left to do.
    Done,
}

impl Stage {
    /// As scripts are told it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Renew => "renew",
            Self::Retire => "retire",
            Self::Wait(_) => "wait",
            Self::Done => "done",
        }
    }
}

/// What a step of a rotation does, for who carries it out.
#[derive(Debug, Clone)]
pub(super) struct Planned {
    pub(super) address: Address,
    pub(super) rotation: Rotation,
}

impl Rotate<'_> {
    /// Tells whether what is younger than the grace at this time may be left alone no longer.
    fn is_due(&self, since: Option<Timestamp>) -> bool {
        self.grace.is_zero() || self.until(since).is_some_and(|until| until <= self.now)
    }

    fn until(&self, since: Option<Timestamp>) -> Option<Timestamp> {
        since?.checked_add(self.grace).ok()
    }
}

#[cfg(test)]
mod tests;
