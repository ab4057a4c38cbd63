use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::kind::find;
use super::{Action, KindInfo, Step};

/// Requests that a plan takes from one bucket of a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketCost {
    /// The vendor, `okta`.
    pub vendor: String,
    /// The vendor's rate bucket.
    pub bucket: String,
    /// The number of requests.
    pub requests: u32,
}

/// What carrying out these steps costs.
pub(super) fn cost(steps: &[Step], kinds: &[KindInfo]) -> Vec<BucketCost> {
    let mut total: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for step in steps {
        let Some(kind) = find(kinds, &step.address) else {
            continue;
        };
        let requests = match step.action {
            Action::Create => kind.cost.create,
            Action::Adopt | Action::Update => kind.cost.update,
            Action::Replace => kind.cost.delete + kind.cost.create,
            Action::Delete => kind.cost.delete,
        };
        *total
            .entry((kind.name.vendor(), kind.cost.bucket))
            .or_default() += requests;
    }
    total
        .into_iter()
        .map(|((vendor, bucket), requests)| BucketCost {
            vendor: vendor.to_owned(),
            bucket: bucket.to_owned(),
            requests,
        })
        .collect()
}
