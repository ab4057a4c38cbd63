use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::allow::digest;
use super::{Action, Step};
use crate::base::{Address, Count, matches_pattern};

/// Fewer observed objects than these make no meaningful share.
const SHARE_NEEDS: usize = 10;

/// Limits that refuse a plan (`guard:` of the document).
#[derive(Debug, Clone)]
pub struct Guard {
    /// The most deletes and replaces of one run.
    pub max_deletes: Option<usize>,
    /// The largest share of the observed objects that one run may delete, in percent.
    pub max_delete_share: Option<u8>,
    /// Addresses, with `*` for any text, whose objects are never deleted.
    pub protect: Vec<String>,
}

/// Why a plan, or a step of it, must not run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// The object, where there is one.
    pub address: Option<Address>,
    /// The class of the reason.
    pub kind: RefusalKind,
    /// The reason, with the way out.
    pub message: String,
}

/// The classes of reasons, stable for scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub enum RefusalKind {
    /// Somebody else marked the object as theirs.
    ForeignOwner,
    /// More than one live object has the name.
    Ambiguous,
    /// The object is protected.
    Protected,
    /// The vendor made the object.
    System,
    /// Too many deletes.
    TooManyDeletes,
    /// Something that stays uses an object that is to go.
    InUse,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Default for Guard {
    fn default() -> Self {
        Self {
            max_deletes: Some(10),
            max_delete_share: Some(30),
            protect: Vec::new(),
        }
    }
}

impl Guard {
    /// Holds the steps to the limits; `observed` counts the live objects that deletes are a share of.
    pub(super) fn check(&self, steps: &[Step], observed: usize) -> Vec<Refusal> {
        let gone: Vec<&Step> = steps.iter().filter(|step| step.action.removes()).collect();
        let mut refusals: Vec<Refusal> = gone
            .iter()
            .filter_map(|step| self.protects(&step.address).map(|pattern| (step, pattern)))
            .map(|(step, pattern)| Refusal {
                address: Some(step.address.clone()),
                kind: RefusalKind::Protected,
                message: format!(
                    "`{}` must not be {}: `guard.protect` has `{pattern}`",
                    step.address,
                    past(step.action)
                ),
            })
            .collect();
        let count = gone.len();
        let mut too_many = |limit: String| {
            refusals.push(Refusal {
                address: None,
                kind: RefusalKind::TooManyDeletes,
                message: format!(
                    "the plan deletes or replaces {} ({}), {limit}; raise the limit in `guard`, or allow exactly this plan with `--allow-deletes {}`",
                    Count::of(count, "object"),
                    by_kind(&gone),
                    digest(steps)
                ),
            });
        };
        if let Some(max) = self.max_deletes.filter(|max| count > *max) {
            too_many(format!("more than `max_deletes: {max}`"));
        }
        if let Some(max) = self.max_delete_share
            && observed >= SHARE_NEEDS
            && count * 100 > observed * usize::from(max)
        {
            too_many(format!(
                "more than `max_delete_share: {max}%` of the {observed} that were observed"
            ));
        }
        refusals
    }

    /// The pattern that keeps an object from being deleted.
    pub(super) fn protects(&self, address: &Address) -> Option<&str> {
        self.protect
            .iter()
            .map(String::as_str)
            .find(|pattern| matches_pattern(pattern, address.as_str()))
    }
}

/// `280 scopes, 20 claims`, in the order of the plan.
fn by_kind(gone: &[&Step]) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for step in gone {
        let kind = step.address.kind();
        match counts.iter_mut().find(|(name, _)| *name == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    let words = counts.into_iter().map(|(kind, count)| {
        let noun = kind.split_once('.').map_or(kind, |(_, noun)| noun);
        Count::of(count, &noun.replace('_', " ")).to_string()
    });
    words.collect::<Vec<_>>().join(", ")
}

/// What is done to an object that is to go.
pub(super) fn past(action: Action) -> &'static str {
    match action {
        Action::Replace => "replaced",
        Action::Create | Action::Adopt | Action::Update | Action::Delete => "deleted",
    }
}
