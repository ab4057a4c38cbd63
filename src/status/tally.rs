use schemars::JsonSchema;
use serde::Serialize;

use super::RunOutcome;

/// The runs of one document since the process began, for metrics.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunTally {
    /// How many ended in which way; each way is there from the beginning.
    pub outcomes: Vec<RunCount>,
    /// How long they took together, in seconds.
    pub seconds: f64,
    /// How many took how long.
    pub buckets: Vec<RunBucket>,
}

/// How many runs ended in one way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct RunCount {
    /// The way.
    pub outcome: RunOutcome,
    /// How many.
    pub count: u64,
}

/// How many runs were longer than the bucket before allows, and no longer than this one.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct RunBucket {
    /// The longest that counts here, in seconds; `None` for the last bucket, which has no end.
    pub up_to: Option<f64>,
    /// How many.
    pub count: u64,
}

impl RunTally {
    /// From one request to an apply that waits for rate limits, in seconds.
    const BOUNDS: [f64; 10] = [0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 900.0];

    /// Counts a run that ended.
    pub fn count(&mut self, outcome: RunOutcome, seconds: f64) {
        if let Some(way) = self.outcomes.iter_mut().find(|way| way.outcome == outcome) {
            way.count += 1;
        }
        self.seconds += seconds;
        let fits = |bucket: &&mut RunBucket| bucket.up_to.is_none_or(|end| seconds <= end);
        if let Some(bucket) = self.buckets.iter_mut().find(fits) {
            bucket.count += 1;
        }
    }

    /// All runs.
    pub fn total(&self) -> u64 {
        self.outcomes.iter().map(|way| way.count).sum()
    }
}

impl Default for RunTally {
    fn default() -> Self {
        let bounds = Self::BOUNDS.into_iter().map(Some).chain([None]);
        Self {
            outcomes: RunOutcome::ALL
                .into_iter()
                .map(|outcome| RunCount { outcome, count: 0 })
                .collect(),
            seconds: 0.0,
            buckets: bounds.map(|up_to| RunBucket { up_to, count: 0 }).collect(),
        }
    }
}
