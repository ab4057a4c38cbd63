//! Which of a client's secrets is issued, kept or retired; pure.

use super::{Rotate, Stage};
use crate::base::Secret;
use crate::kinds::client_secret::{Issued, Rotation};

/// What was seen of a client's secrets.
pub(super) struct Seen<'a> {
    /// All of them, the oldest first.
    pub(super) issued: &'a [Issued],
    /// The one in the file.
    pub(super) kept: &'a Secret,
    /// Whether that one gets a token.
    pub(super) works: bool,
}

/// What is to be done now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Decision {
    Do(Rotation),
    Wait(Stage),
    Refuse(Refusal),
}

/// Why nothing can be done without a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Okta has no such secret, so nobody knows which of its own is in use.
    Unknown,
    /// Okta has it switched off.
    Inactive,
    /// It gets no token.
    Fails,
    /// Another one was issued later, and Okta does not show it.
    Hidden,
}

/// Retires nothing unless the secret in the file is proven to work.
pub(super) fn decide(ask: &Rotate<'_>, seen: &Seen<'_>) -> Decision {
    let Some(at) = seen.issued.iter().position(|one| one.is(seen.kept)) else {
        return Decision::Refuse(Refusal::Unknown);
    };
    let (_, rest) = seen.issued.split_at(at);
    let Some((own, newer)) = rest.split_first() else {
        return Decision::Refuse(Refusal::Unknown);
    };
    if !own.active {
        return Decision::Refuse(Refusal::Inactive);
    }
    if !seen.works {
        return Decision::Refuse(Refusal::Fails);
    }
    // issued by a run that died before it was kept, or by a person just now
    if let Some(next) = newer.iter().rfind(|one| one.active) {
        return if ask.is_due(next.created) {
            // in force now, its own grace would be over already: a fresh one gives all who have the
            // kept one their time
            let room = all_but(own, seen.issued);
            Decision::Do(Rotation::Issue { room })
        } else if next.value.is_some() {
            let id = next.id.clone();
            Decision::Do(Rotation::Keep { id })
        } else {
            Decision::Refuse(Refusal::Hidden)
        };
    }
    let others = all_but(own, seen.issued);
    if others.is_empty() || ask.again {
        return Decision::Do(Rotation::Issue { room: others });
    }
    if ask.is_due(own.created) {
        return Decision::Do(Rotation::Retire { ids: others });
    }
    Decision::Wait(ask.until(own.created).map_or(Stage::Done, Stage::Wait))
}

fn all_but(own: &Issued, issued: &[Issued]) -> Vec<String> {
    let others = issued.iter().filter(|one| one.id != own.id);
    others.map(|one| one.id.clone()).collect()
}
