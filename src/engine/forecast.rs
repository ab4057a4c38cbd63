//! Tells how long a plan will take, from what the vendors' answers told so far.

use std::collections::HashMap;

use super::Engine;
use super::apply::AT_ONCE;
use super::execute::lock;
use super::planning::Planned;
use crate::base::Address;
use crate::kinds::find;
use crate::plan::forecast::{Conditions, Forecast, Job, Limit, Reads, Speed};
use crate::plan::{Action, Phase, graph};
use crate::vendor::{Outlook, Vendor};

impl Engine {
    /// Plays a plan through; after the steps everything is read `reads` times, to prove it.
    pub fn forecast(&self, planned: &Planned, reads: u32) -> Forecast {
        if planned.plan.steps.is_empty() {
            return Forecast::default();
        }
        let outlooks = [
            (Vendor::Okta, self.readers.okta.outlook()),
            (Vendor::Konnect, self.readers.konnect.outlook()),
        ];
        let conditions = Conditions {
            limits: outlooks
                .iter()
                .flat_map(|(vendor, outlook)| limits(*vendor, outlook))
                .collect(),
            speeds: outlooks
                .iter()
                .map(|(vendor, outlook)| (vendor.as_str(), speed(outlook)))
                .collect(),
            at_once: AT_ONCE,
            reads: Reads {
                requests: planned
                    .reading
                    .requests
                    .iter()
                    .map(|((vendor, bucket), count)| (vendor.as_str(), *bucket, *count))
                    .collect(),
                time: planned.reading.took,
                times: reads,
            },
        };
        Forecast::make(&jobs(planned), &conditions)
    }
}

fn jobs(planned: &Planned) -> Vec<Job> {
    let steps = &planned.plan.steps;
    let mut locks: HashMap<Address, usize> = HashMap::new();
    graph(steps)
        .into_iter()
        .filter_map(|node| {
            let step = steps.get(node.step)?;
            let kind = find(step.address.kind())?.info();
            let requests = match (node.phase, step.action) {
                (Phase::Remove, _) => kind.cost.delete,
                (Phase::Make, Action::Create | Action::Replace) => kind.cost.create,
                (Phase::Make, Action::Adopt | Action::Update | Action::Delete) => kind.cost.update,
            };
            let lock = lock(planned, &step.address).map(|address| {
                let next = locks.len();
                *locks.entry(address).or_insert(next)
            });
            Some(Job {
                vendor: kind.name.vendor(),
                bucket: kind.cost.bucket,
                requests,
                requires: node.requires,
                lock,
            })
        })
        .collect()
}

fn limits(vendor: Vendor, outlook: &Outlook) -> impl Iterator<Item = Limit> {
    outlook.buckets.iter().map(move |known| Limit {
        vendor: vendor.as_str(),
        bucket: known.bucket,
        usable: known.usable,
        left: known.left,
        ends_in: known.ends_in,
        length: known.length,
    })
}

/// Before anything was written, a write is taken to last as long as a read.
fn speed(outlook: &Outlook) -> Speed {
    Speed {
        lanes: outlook.lanes,
        latency: outlook.write.or(outlook.read).unwrap_or_default(),
    }
}
