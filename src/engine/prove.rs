//! Reads again what a run wrote, in as few requests as that takes, and compares.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use super::observe::Collection;
use super::planning::Planned;
use super::{ApplyReport, Engine, EngineError, Outcome};
use crate::base::{Address, Count, KindName};
use crate::kinds::{AnyKind, find};
use crate::plan::{Live, Plan};

/// How often it is looked again, because a vendor may show a change late.
const LOOKS: u32 = 4;
const BETWEEN_LOOKS: Duration = Duration::from_millis(700);

/// What has to be read to see the written objects again.
#[derive(Default)]
struct Again {
    /// Collections that are listed.
    whole: Vec<Collection>,
    /// Objects that are read one by one, as they were last known.
    single: Vec<Arc<Live>>,
}

impl Engine {
    /// Reads what was written again; what is left over of it is a failure.
    ///
    /// Others are not looked at: a saved plan speaks only for what it touched. A collection is listed
    /// unless fewer of its objects were written than it has pages; those are read one by one.
    pub async fn prove(
        &self,
        planned: &Planned,
        done: &ApplyReport,
        today: &str,
    ) -> Result<Plan, EngineError> {
        let written = done.outcomes.iter();
        let mut open: HashSet<Address> = written
            .filter(|(_, _, outcome)| matches!(outcome, Outcome::Done))
            .map(|(address, _, _)| address.clone())
            .collect();
        let mut live = before(planned, done, &open);
        let mut rest = Plan::default();
        for look in 0..LOOKS {
            if look > 0 {
                self.options.http.clock.sleep(BETWEEN_LOOKS).await;
            }
            let again = Again::of(&open, planned, done, &live);
            live = self.read_again(again, live, done).await?;
            let fresh = self.compare(live, today);
            live = fresh.world.into_objects();
            rest = fresh.plan;
            rest.steps.retain(|step| open.contains(&step.address));
            if rest.steps.is_empty() {
                break;
            }
            // what was seen to be right once need not be asked for again
            open = rest.steps.iter().map(|step| step.address.clone()).collect();
        }
        Ok(rest)
    }

    async fn read_again(
        &self,
        again: Again,
        mut live: Vec<Live>,
        done: &ApplyReport,
    ) -> Result<Vec<Live>, EngineError> {
        let parents: HashMap<(KindName, &str), &Live> = done
            .made
            .values()
            .map(Arc::as_ref)
            .chain(&live)
            .map(|live| ((live.kind, live.id.as_str()), live))
            .collect();
        let lists = again.whole.iter().filter_map(|(name, above)| {
            let kind = find(name.as_str())?;
            let parent = match (kind.info().parent, above) {
                (Some(container), Some(id)) => Some(*parents.get(&(container, id.as_str()))?),
                _ => None,
            };
            Some(self.list(kind, parent))
        });
        let singles = again.single.iter().filter_map(|last| {
            let kind = find(last.kind.as_str())?;
            Some(self.read_one(kind, last))
        });
        let (lists, singles) = tokio::join!(join_all(lists), join_all(singles));
        let mut fresh = Vec::new();
        for listed in lists {
            fresh.extend(listed?);
        }
        for found in singles {
            fresh.extend(found?);
        }
        drop(parents);
        let whole: HashSet<&Collection> = again.whole.iter().collect();
        let single: HashSet<(KindName, &str)> = again
            .single
            .iter()
            .map(|last| (last.kind, last.id.as_str()))
            .collect();
        live.retain(|live| {
            !single.contains(&(live.kind, live.id.as_str()))
                && !whole.contains(&(live.kind, live.parent.clone()))
        });
        live.extend(fresh);
        Ok(live)
    }

    async fn read_one(&self, kind: &dyn AnyKind, last: &Live) -> Result<Option<Live>, EngineError> {
        let read = kind.read(&self.readers, last).await;
        read.map_err(|source| EngineError::Vendor {
            doing: format!(
                "read the {} again",
                Count::noun(1, &kind.info().name.noun())
            ),
            source: Box::new(source),
        })
    }
}

/// What was observed before the run, without what the run deleted or replaced.
fn before(planned: &Planned, done: &ApplyReport, open: &HashSet<Address>) -> Vec<Live> {
    let gone: HashSet<&Address> = done
        .outcomes
        .iter()
        .filter(|(address, action, _)| action.removes() && open.contains(address))
        .map(|(address, _, _)| address)
        .collect();
    let live = planned.world.iter();
    live.filter(|live| {
        live.address
            .as_ref()
            .is_none_or(|address| !gone.contains(address))
    })
    .cloned()
    .collect()
}

impl Again {
    fn of(open: &HashSet<Address>, planned: &Planned, done: &ApplyReport, live: &[Live]) -> Self {
        let mut sizes: HashMap<(KindName, Option<&str>), usize> = HashMap::new();
        for live in live {
            *sizes
                .entry((live.kind, live.parent.as_deref()))
                .or_default() += 1;
        }
        let mut written: HashMap<(KindName, Option<&str>), Vec<Arc<Live>>> = HashMap::new();
        let last = |address: &Address| match done.made.get(address) {
            Some(made) => Some(Arc::clone(made)),
            None => planned.world.get(address).cloned().map(Arc::new),
        };
        let mut all: Vec<Arc<Live>> = open.iter().filter_map(last).collect();
        all.sort_by(|a, b| (a.kind, &a.parent, &a.id).cmp(&(b.kind, &b.parent, &b.id)));
        for last in &all {
            let collection = (last.kind, last.parent.as_deref());
            written
                .entry(collection)
                .or_default()
                .push(Arc::clone(last));
        }
        let mut again = Self::default();
        let mut written: Vec<_> = written.into_iter().collect();
        written.sort_by_key(|(collection, _)| *collection);
        for (collection, objects) in written {
            let size = sizes.get(&collection).copied().unwrap_or_default() + objects.len();
            if objects.len() < pages(collection.0, size) {
                again.single.extend(objects);
            } else {
                let (kind, parent) = collection;
                again.whole.push((kind, parent.map(str::to_owned)));
            }
        }
        again
    }
}

/// The requests that a list of so many objects takes.
pub(super) fn pages(kind: KindName, size: usize) -> usize {
    let Some(kind) = find(kind.as_str()) else {
        return 1;
    };
    // one that moves changes the places of its siblings
    if kind.info().order_field().is_some() {
        return 1;
    }
    size.div_ceil(kind.page()).max(1)
}
