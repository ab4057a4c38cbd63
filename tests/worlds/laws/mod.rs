//! What must hold when the runs have come to rest, each law read from the vendors and not from us.

mod gone;
mod once;
mod secrets;
mod untouched;

use serde_json::Value as Json;

pub(crate) use gone::uses;
pub(crate) use secrets::works;

use crate::expect::{Wanted, wanted};
use crate::picture::{Picture, Thing};
use crate::stage::Stage;

/// One round as it was: the worlds before and after it, and what the document wants.
pub(crate) struct Round<'a> {
    pub(crate) document: &'a Json,
    pub(crate) before: &'a Picture,
    pub(crate) after: &'a Picture,
    /// The number of the last request before it.
    pub(crate) since: u64,
    /// Ids of what a person deleted meanwhile.
    pub(crate) excused: &'a [String],
    wanted: Vec<Wanted>,
}

impl<'a> Round<'a> {
    pub(crate) fn new(
        document: &'a Json,
        before: &'a Picture,
        after: &'a Picture,
        since: u64,
        excused: &'a [String],
    ) -> Self {
        Self {
            document,
            before,
            after,
            since,
            excused,
            wanted: wanted(document, after, before),
        }
    }

    /// Everything that is wrong, one line each.
    pub(crate) fn wrong(&self, stage: &Stage) -> Vec<String> {
        let mut wrong: Vec<String> = self
            .wanted
            .iter()
            .flat_map(|wanted| wanted.wrong(self.after))
            .collect();
        wrong.extend(self.out_of_order());
        let may_go = gone::may_go(self);
        wrong.extend(gone::wrong(self, &may_go, once::forgotten(self, stage)));
        wrong.extend(untouched::wrong(self, &may_go));
        wrong.extend(once::wrong(self, stage));
        wrong
    }

    /// What the document wants under this key.
    fn declared(&self, thing: &Thing) -> Option<&Wanted> {
        let same = |wanted: &&Wanted| wanted.kind == thing.kind && wanted.key == thing.key;
        self.wanted.iter().find(same)
    }

    /// What the document wants of a thing of before, which may have been renamed since.
    fn declared_before(&self, thing: &Thing) -> Option<&Wanted> {
        let now = self.after.by_id(thing.kind, &thing.id);
        now.and_then(|now| self.declared(now))
            .or_else(|| self.declared(thing))
            .or_else(|| {
                let was = |wanted: &&Wanted| wanted.old_keys.contains(&thing.key);
                let mut all = self.wanted.iter();
                all.find(|wanted| wanted.kind == thing.kind && was(wanted))
            })
    }

    /// Declared priorities are an order, whatever numbers the vendor makes of them.
    fn out_of_order(&self) -> Vec<String> {
        let mut wrong = Vec::new();
        let places: Vec<(&Wanted, i64, i64)> = self
            .wanted
            .iter()
            .filter(|wanted| !wanted.absent)
            .filter_map(|wanted| {
                let said = wanted.said.iter().find(|said| said.field == "priority")?;
                let live = self.after.find(wanted.kind, &wanted.key);
                let live = live.first()?.json["priority"].as_i64()?;
                Some((wanted, said.value.as_i64()?, live))
            })
            .collect();
        for (one, declared, live) in &places {
            for (other, next, below) in &places {
                let siblings = one.kind == other.kind && above(&one.key) == above(&other.key);
                if siblings && declared < next && live >= below {
                    wrong.push(format!("{} does not come before {}", one.key, other.key));
                }
            }
        }
        wrong
    }
}

fn above(key: &str) -> &str {
    key.rsplit_once('/').map_or("", |(above, _)| above)
}
