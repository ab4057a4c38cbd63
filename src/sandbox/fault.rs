use std::num::NonZeroU32;

use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Effect, Vendor};

/// Something that goes wrong on purpose: which requests it strikes, when, and how.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Strikes only this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vendor: Option<Vendor>,
    /// Strikes only this method, in whatever case it is written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// Strikes only where this is found in the path with its query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<PathPattern>,
    /// The first matching request to strike, counted from 1 since the fault was armed.
    #[serde(default = "one")]
    pub nth: NonZeroU32,
    /// How many matching requests it strikes, from the `nth` on.
    #[serde(default = "one")]
    pub times: NonZeroU32,
    /// Strikes a request that it could strike only with this probability; always where missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub probability: Option<Probability>,
    /// Begins the sequence of chances, which is the same for the same seed.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub seed: u64,
    /// What happens to them.
    pub effect: Effect,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // serde passes it so
fn is_zero(seed: &u64) -> bool {
    *seed == 0
}

/// A number from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Probability(f64);

impl TryFrom<f64> for Probability {
    type Error = String;

    fn try_from(number: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&number) {
            Ok(Self(number))
        } else {
            Err(format!("{number} is no probability, which is from 0 to 1"))
        }
    }
}

impl Fault {
    /// A fault that strikes the next request of whatever kind.
    pub fn new(effect: Effect) -> Self {
        Self {
            vendor: None,
            method: None,
            path: None,
            nth: one(),
            times: one(),
            probability: None,
            seed: 0,
            effect,
        }
    }

    fn matches(&self, vendor: Vendor, method: &str, path: &str) -> bool {
        self.vendor.is_none_or(|wanted| wanted == vendor)
            && self
                .method
                .as_ref()
                .is_none_or(|wanted| wanted.eq_ignore_ascii_case(method))
            && self
                .path
                .as_ref()
                .is_none_or(|pattern| pattern.0.is_match(path))
    }
}

const fn one() -> NonZeroU32 {
    NonZeroU32::MIN
}

/// A regular expression, searched for in a path with its query.
#[derive(Debug, Clone)]
pub struct PathPattern(Regex);

impl PathPattern {
    /// Compiles an expression.
    pub fn new(expression: &str) -> Result<Self, regex::Error> {
        Regex::new(expression).map(Self)
    }
}

impl Serialize for PathPattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.as_str())
    }
}

impl<'de> Deserialize<'de> for PathPattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let expression = String::deserialize(deserializer)?;
        Self::new(&expression).map_err(serde::de::Error::custom)
    }
}

/// A fault that waits for its requests.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Armed {
    #[serde(flatten)]
    fault: Fault,
    /// Matching requests so far.
    seen: u32,
    /// Requests struck so far.
    struck: u32,
    #[serde(skip)]
    chances: fastrand::Rng,
}

impl Armed {
    /// Counts a matching request and says whether it is to be struck.
    fn is_due(&mut self) -> bool {
        self.seen = self.seen.saturating_add(1);
        // drawn for each request, so that the sequence does not depend on other faults
        let chance = self.chances.f64();
        self.seen >= self.fault.nth.get()
            && self
                .fault
                .probability
                .is_none_or(|Probability(wanted)| chance < wanted)
    }
}

/// All armed faults, in the order in which they were armed.
#[derive(Debug, Default)]
pub(super) struct Faults(Vec<Armed>);

impl Faults {
    /// Adds faults.
    pub(super) fn arm(&mut self, faults: impl IntoIterator<Item = Fault>) {
        self.0.extend(faults.into_iter().map(|fault| Armed {
            chances: fastrand::Rng::with_seed(fault.seed),
            fault,
            seen: 0,
            struck: 0,
        }));
    }

    /// Takes all faults away.
    pub(super) fn disarm(&mut self) {
        self.0.clear();
    }

    /// What is armed now.
    pub(super) fn armed(&self) -> Vec<Armed> {
        self.0.clone()
    }

    /// Counts a request and returns what happens to it: of several faults that are due the one that
    /// was armed first strikes, the others wait for the next request.
    pub(super) fn strike(&mut self, vendor: Vendor, method: &str, path: &str) -> Option<Effect> {
        let mut effect = None;
        for armed in &mut self.0 {
            if !armed.fault.matches(vendor, method, path) {
                continue;
            }
            if armed.is_due() && effect.is_none() {
                armed.struck += 1;
                effect = Some(armed.fault.effect.clone());
            }
        }
        self.0
            .retain(|armed| armed.struck < armed.fault.times.get());
        effect
    }
}
