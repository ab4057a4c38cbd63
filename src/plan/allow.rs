//! Deletes beyond the limits, allowed once and for one plan only.

use sha2::{Digest, Sha256};

use super::{Plan, RefusalKind, SavedStep, Step};

/// Hex digits of a plan's digest: few enough to be typed, enough that two plans never share one.
const DIGITS: usize = 12;

/// The deletes of another plan were allowed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`--allow-deletes {given}` allows another plan, not this one")]
pub struct OtherPlan {
    /// The digest that was given.
    pub given: String,
    /// The digest of this plan.
    pub now: String,
}

impl Plan {
    /// What `--allow-deletes` takes; any other change, or any other live object, gives another digest.
    pub fn digest(&self) -> String {
        digest(&self.steps)
    }

    /// Tells whether allowing its deletes would let the plan run.
    pub fn only_deletes_too_much(&self) -> bool {
        let too_many = |kind| kind == RefusalKind::TooManyDeletes;
        !self.refusals.is_empty() && self.refusals.iter().all(|refusal| too_many(refusal.kind))
    }

    /// Lifts the limits on the number of deletes for the plan of this digest; protected stays protected.
    ///
    /// An empty plan is taken with any digest: what was allowed has been done.
    pub fn allow_deletes(&mut self, given: &str) -> Result<(), OtherPlan> {
        let now = self.digest();
        if !self.is_empty() && given != now {
            let given = given.to_owned();
            return Err(OtherPlan { given, now });
        }
        self.guard.max_deletes = None;
        self.guard.max_delete_share = None;
        self.hold();
        Ok(())
    }

    /// Holds the steps that are left to the limits again.
    pub(super) fn hold(&mut self) {
        self.refusals
            .retain(|refusal| refusal.kind != RefusalKind::TooManyDeletes);
        let limits = self.guard.check(&self.steps, self.observed);
        self.refusals.extend(
            limits
                .into_iter()
                .filter(|limit| limit.kind == RefusalKind::TooManyDeletes),
        );
    }
}

/// The digest of some steps, from what was observed of each object and what is done to it.
pub(super) fn digest(steps: &[Step]) -> String {
    let mut hash = Sha256::new();
    for step in steps {
        let sealed = SavedStep::seal(step);
        for part in [step.address.as_str(), &sealed.observed, &sealed.change] {
            hash.update(part);
            hash.update([0]);
        }
    }
    let mut text = data_encoding::HEXLOWER.encode(&hash.finalize());
    text.truncate(DIGITS);
    text
}
