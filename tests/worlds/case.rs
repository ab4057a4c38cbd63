//! One case: a world, a document that changes from round to round, and what goes wrong meanwhile.

use std::fmt;
use std::ops::Range;

use proptest::bool::weighted;
use proptest::collection::{SizeRange, vec};
use proptest::prelude::*;

use crate::drift::Drift;
use crate::plant;
use crate::trouble::{Run, Trouble};
use crate::vocabulary;

/// All that is decided by chance.
#[derive(Clone)]
pub(crate) struct Case {
    /// What is there before: which plant, and how.
    pub(crate) planted: Vec<(usize, u8)>,
    pub(crate) rounds: Vec<RoundCase>,
}

/// One round: the document and the world change, disturbed runs, then undisturbed ones.
#[derive(Debug, Clone)]
pub(crate) struct RoundCase {
    /// What the document says anew, by slot.
    pub(crate) mentions: Vec<(usize, Vec<u8>)>,
    pub(crate) prune: bool,
    pub(crate) rename: bool,
    pub(crate) drifts: Vec<Drift>,
    pub(crate) runs: Vec<Run>,
    /// Whether the document's guard permits a single delete only, at first.
    pub(crate) careful: bool,
}

/// One line for each round.
impl fmt::Debug for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "planted {:?}", self.planted)?;
        self.rounds
            .iter()
            .try_for_each(|round| write!(f, "\n  {round:?}"))
    }
}

fn mentions(count: impl Into<SizeRange>) -> impl Strategy<Value = Vec<(usize, Vec<u8>)>> {
    vec(
        (0..vocabulary::slots().len(), vec(any::<u8>(), 1..16)),
        count,
    )
}

fn trouble() -> impl Strategy<Value = Trouble> {
    any::<(u8, u8, u8, u8)>().prop_map(|(effect, method, nth, times)| Trouble {
        effect,
        method,
        nth,
        times,
    })
}

fn run() -> impl Strategy<Value = Run> {
    let death = proptest::option::weighted(0.3, (0..24_u8, any::<bool>()));
    (vec(trouble(), 0..4), death, any::<bool>()).prop_map(|(troubles, death, one_by_one)| Run {
        troubles,
        death,
        one_by_one,
    })
}

fn round(said: Range<usize>) -> impl Strategy<Value = RoundCase> {
    let drift = any::<(u8, u8)>().prop_map(|(deed, pick)| Drift { deed, pick });
    let document = (mentions(said), weighted(0.25), weighted(0.75));
    (document, vec(drift, 0..3), vec(run(), 0..3), weighted(0.2)).prop_map(
        |((mentions, prune, rename), drifts, runs, careful)| RoundCase {
            mentions,
            prune,
            rename,
            drifts,
            runs,
            careful,
        },
    )
}

/// Any case.
pub(crate) fn cases() -> impl Strategy<Value = Case> {
    let planted = vec((0..plant::SIZE, any::<u8>()), 0..12);
    let rounds = (round(4..24), vec(round(0..6), 0..3));
    (planted, rounds).prop_map(|(planted, (first, more))| Case {
        planted,
        rounds: std::iter::once(first).chain(more).collect(),
    })
}
