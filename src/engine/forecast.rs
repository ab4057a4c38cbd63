//! Tells how long a plan will take, from what the vendors' answers told so far.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use super::apply::AT_ONCE;
use super::execute::lock;
use super::planning::Planned;
use super::{Engine, prove};
use crate::base::{Address, KindName};
use crate::kinds::find;
use crate::plan::forecast::{Conditions, Forecast, Job, Limit, Reads, Speed};
use crate::plan::{Action, Phase, graph};
use crate::vendor::{Outlook, Vendor};

impl Engine {
    /// Plays a plan through; after the steps what they wrote is read again, to prove it, and then
    /// everything so many times.
    pub fn forecast(&self, planned: &Planned, everything: usize) -> Forecast {
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
            reads: std::iter::once(proof(planned, &outlooks))
                .chain(std::iter::repeat_n(whole(planned), everything))
                .collect(),
        };
        Forecast::make(&jobs(planned), &conditions)
    }
}

/// What it takes to read everything, as it was read for the plan.
fn whole(planned: &Planned) -> Reads {
    let requests = planned.reading.requests.iter();
    Reads {
        requests: requests
            .map(|((vendor, bucket), count)| (vendor.as_str(), *bucket, *count))
            .collect(),
        time: planned.reading.took,
    }
}

/// What it takes to read again what the steps write: single objects, or collections where those have
/// fewer pages.
fn proof(planned: &Planned, outlooks: &[(Vendor, Outlook)]) -> Reads {
    let world = &planned.world;
    let mut sizes: HashMap<(KindName, Option<&Address>), usize> = HashMap::new();
    for live in world.iter() {
        *sizes.entry((live.kind, world.parent(live))).or_default() += 1;
    }
    let mut written: HashMap<(KindName, Option<&Address>), usize> = HashMap::new();
    for step in &planned.plan.steps {
        let Some(kind) = find(step.address.kind()) else {
            continue;
        };
        let desired = planned.declared.get(&step.address);
        let parent = match desired {
            Some(desired) => desired.parent.as_ref(),
            None => world.get(&step.address).and_then(|live| world.parent(live)),
        };
        *written.entry((kind.info().name, parent)).or_default() += 1;
    }
    let mut requests: BTreeMap<(&str, &str), u64> = BTreeMap::new();
    let mut time = Duration::ZERO;
    for (collection, count) in written {
        let (name, _) = collection;
        let Some(kind) = find(name.as_str()) else {
            continue;
        };
        let size = sizes.get(&collection).copied().unwrap_or_default() + count;
        let pages = prove::pages(name, size);
        let vendor = outlooks.iter().find(|(it, _)| it.as_str() == name.vendor());
        let lanes = vendor.map_or(1, |(_, outlook)| outlook.lanes.max(1));
        let depth = if count < pages {
            count.div_ceil(lanes)
        } else if name.vendor() == Vendor::Okta.as_str() {
            // each page tells where the next one is
            pages
        } else {
            // the first page tells how many there are, and the others are asked for at once
            1 + (pages - 1).div_ceil(lanes)
        };
        let latency = vendor
            .and_then(|(_, outlook)| outlook.read)
            .unwrap_or_default();
        time = time.max(latency.saturating_mul(u32::try_from(depth).unwrap_or(u32::MAX)));
        let bucket = (name.vendor(), kind.info().cost.bucket);
        *requests.entry(bucket).or_default() += count.min(pages) as u64;
    }
    Reads {
        requests: requests
            .into_iter()
            .map(|((vendor, bucket), count)| (vendor, bucket, count))
            .collect(),
        time,
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
