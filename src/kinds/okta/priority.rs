//! The number that brings a policy or rule to its place among its declared siblings.
//!
//! Okta renumbers on every write and takes more than there are for the last, so the declared numbers
//! only tell an order. The place is looked up just before each write, from those that stand right.

use serde_json::Value as Json;

use crate::kinds::{Task, wire};
use crate::plan::Live;

/// The siblings as they are now, in order.
#[derive(Debug)]
pub(super) struct Siblings(Vec<Json>);

impl Siblings {
    pub(super) fn new(mut listed: Vec<Json>) -> Self {
        listed.sort_by_key(|sibling| sibling.get("priority").and_then(Json::as_i64));
        Self(listed)
    }

    /// The object as it is now: a write of another one may have moved it since it was observed.
    pub(super) fn fresh(&self, live: &Live) -> Live {
        Live {
            raw: match self.now(&live.id) {
                Some(now) => now.clone().into(),
                None => live.raw.clone(),
            },
            ..live.clone()
        }
    }

    /// Sets the number of a body: the new place where the order changes, else the place it has.
    pub(super) fn order(&self, body: &mut Json, task: &Task<'_>, own: Option<&str>) {
        let place = if task.changes("priority") {
            self.place(task, own).map(Json::from)
        } else {
            own.and_then(|own| self.now(own))
                .and_then(|now| now.get("priority").cloned())
        };
        if let Some(number) = place {
            wire::put(body, "priority", number);
        }
    }

    fn now(&self, id: &str) -> Option<&Json> {
        self.0.iter().find(|sibling| wire::id(sibling) == id)
    }

    /// The number to ask for: directly after the nearest sibling that comes first and stands right,
    /// else before the nearest that comes later, else what the document says.
    fn place(&self, task: &Task<'_>, own: Option<&str>) -> Option<usize> {
        let others: Vec<String> = self
            .0
            .iter()
            .map(wire::id)
            .filter(|id| Some(id.as_str()) != own)
            .collect();
        let at = |address| {
            let id = task.objects.get(address)?.id.clone();
            others.iter().position(|other| *other == id)
        };
        let here = task
            .siblings
            .iter()
            .position(|address| address == task.address())?;
        let (before, after) = task.siblings.split_at_checked(here)?;
        let first = before.iter().rev().find_map(at).map(|place| place + 2);
        first.or_else(|| after.iter().skip(1).find_map(at).map(|place| place + 1))
    }
}
