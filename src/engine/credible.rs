//! What was read is weighed before anything is planned from it: a list that came back empty or short
//! looks like objects that are still to be made, and nothing may be made or deleted because of that.
//!
//! Three things can deny a list: what the vendor itself puts into each one, objects that point at
//! those which are missing, and the same list, read again.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use futures_util::future::join_all;

use super::known::Known;
use super::planning::Planned;
use super::recover::is_meant;
use super::{Engine, EngineError};
use crate::base::{Address, Count, KindName, Value};
use crate::kinds::{AnyKind, Objects, Witness, find};
use crate::plan::{Action, Desired, Live};

/// Of objects that a list denies, so many are asked for; one that is there is enough.
const ASKED: usize = 5;

/// Holds one list against what the vendor itself put there.
pub(super) fn whole(
    kind: &dyn AnyKind,
    parent: Option<&Live>,
    found: &[Live],
) -> Result<(), EngineError> {
    let Some(example) = kind.never_missing() else {
        return Ok(());
    };
    if found.iter().any(|live| live.system) {
        return Ok(());
    }
    let came = match found.len() {
        0 => "it is empty".to_owned(),
        some => format!(
            "it has {} and none of the vendor's own",
            Count::of(some, "entry")
        ),
    };
    Err(incredible(
        kind.info().name,
        parent,
        format!("{came}, and even `{example}` is missing, which nobody can delete"),
    ))
}

impl Engine {
    /// Holds the kinds of which something would be made against what other objects tell of them.
    pub(super) async fn weigh(&self, planned: &Planned) -> Result<(), EngineError> {
        let steps = planned.plan.steps.iter();
        let made: HashSet<&str> = steps
            .filter(|step| step.action == Action::Create)
            .map(|step| step.address.kind())
            .collect();
        if made.is_empty() {
            return Ok(());
        }
        let mut known = Known::of(&planned.world);
        let mut denied: BTreeMap<KindName, BTreeSet<Denied>> = BTreeMap::new();
        for live in planned.world.iter() {
            for witness in witnesses(live) {
                if !made.contains(witness.kind().as_str()) {
                    continue;
                }
                match witness {
                    Witness::Points { kind, id, field } => {
                        let by_field = |known: &mut Known<'_>| {
                            field.is_some_and(|(field, text)| known.has_text(kind, field, &text))
                        };
                        if !known.has(kind, &id) && !by_field(&mut known) {
                            denied.entry(kind).or_default().insert(Denied {
                                id,
                                parent: live.parent.clone(),
                                by: name(live),
                            });
                        }
                    }
                    Witness::Counts { kind, field } => {
                        if !known.points_at(kind, field, live) {
                            let why =
                                format!("it has nothing of `{}`, which counts some", name(live));
                            return Err(incredible(kind, None, why));
                        }
                    }
                }
            }
        }
        let asked = denied.iter().flat_map(|(kind, denied)| {
            let denied = denied.iter().take(ASKED);
            denied.map(|denied| self.ask_for(*kind, denied))
        });
        join_all(asked).await.into_iter().collect()
    }

    /// Asks for one object that a list denies; what points at it may also be what is out of date.
    async fn ask_for(&self, kind: KindName, denied: &Denied) -> Result<(), EngineError> {
        let path =
            find(kind.as_str()).and_then(|kind| kind.at(&denied.id, denied.parent.as_deref()));
        let Some(path) = path else { return Ok(()) };
        let found = self.readers.get(kind, &path).await;
        let found = found.map_err(|source| EngineError::Vendor {
            doing: format!("look for the {} of `{}`", kind.noun(), denied.by),
            source: Box::new(source),
        })?;
        if found.is_none() {
            tracing::warn!(
                kind = kind.as_str(),
                id = denied.id,
                by = denied.by,
                "points at nothing"
            );
            return Ok(());
        }
        let why = format!(
            "it lacks the one that `{}` points at, although that is there",
            denied.by
        );
        Err(incredible(kind, None, why))
    }

    /// Reads once more, before the first object is made in them, the lists that came back empty and
    /// those in which the vendor would take a second object of the same name: a list may come late.
    pub(super) async fn confirm(
        &self,
        planned: &Planned,
        objects: &Objects,
    ) -> Result<(), EngineError> {
        let known = Known::of(&planned.world);
        let mut lists: BTreeMap<(KindName, Option<&Address>), Doubted<'_>> = BTreeMap::new();
        for step in planned
            .plan
            .steps
            .iter()
            .filter(|step| step.action == Action::Create)
        {
            let (Some(kind), Some(desired)) = (
                find(step.address.kind()),
                planned.declared.get(&step.address),
            ) else {
                continue;
            };
            let parent = desired.parent.as_ref();
            let inside = parent.and_then(|parent| planned.world.get(parent));
            // below what is still to be made there can be nothing
            if parent.is_some() && inside.is_none() {
                continue;
            }
            let name = kind.info().name;
            let id = inside.map(|live| live.id.as_str());
            let empty = !known.has_below(name, id);
            if empty || kind.doubles() {
                let list = lists.entry((name, parent)).or_insert_with(|| Doubted {
                    kind,
                    inside,
                    empty,
                    wanted: Vec::new(),
                });
                list.wanted.push(desired);
            }
        }
        let again = lists.values().map(|list| self.ask_again(list, objects));
        join_all(again).await.into_iter().collect()
    }

    async fn ask_again(&self, list: &Doubted<'_>, objects: &Objects) -> Result<(), EngineError> {
        let name = list.kind.info().name;
        let found = self.list(list.kind, list.inside).await?;
        if list.empty && !found.is_empty() {
            let why = format!(
                "it was empty when the plan was made, and has {} now",
                Count::of(found.len(), "entry")
            );
            return Err(incredible(name, list.inside, why));
        }
        let is_there = |desired: &&&Desired| {
            let mut found = found.iter();
            found.any(|live| is_meant(list.kind, desired, live, objects))
        };
        list.wanted.iter().find(is_there).map_or(Ok(()), |desired| {
            let why = format!(
                "it lacked `{}` when the plan was made, and has it now",
                desired.address
            );
            Err(incredible(name, list.inside, why))
        })
    }
}

/// A list that is read again, and what would be made in it.
struct Doubted<'a> {
    kind: &'static dyn AnyKind,
    inside: Option<&'a Live>,
    /// Whether nothing was in it.
    empty: bool,
    wanted: Vec<&'a Desired>,
}

/// An object that a list denies and another one points at.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Denied {
    id: String,
    /// The id of what contains the one that points, and so the other one, if anything contains it.
    parent: Option<String>,
    by: String,
}

/// What an object tells: the ids in its fields that no list explained, and what its kind knows besides.
fn witnesses(live: &Live) -> Vec<Witness> {
    let Some(kind) = find(live.kind.as_str()) else {
        return Vec::new();
    };
    let mut all = kind.witnesses(live);
    for value in live.fields.values() {
        let Value::Id(other, id) = value else {
            continue;
        };
        // a kind with parents was listed only below those that the document speaks of
        let above = find(other.as_str()).and_then(|other| other.info().parent);
        if above.is_none() || above == kind.info().parent {
            all.push(Witness::points(*other, id));
        }
    }
    all
}

fn name(live: &Live) -> String {
    let address = live.address.as_ref();
    address.map_or_else(|| live.id.clone(), ToString::to_string)
}

fn incredible(kind: KindName, parent: Option<&Live>, why: String) -> EngineError {
    let below = parent.and_then(|parent| parent.field("name").as_text());
    let below = below.map_or(String::new(), |name| format!(" of `{name}`"));
    EngineError::Incredible {
        list: format!("{}{below}", Count::noun(2, &kind.noun())),
        why,
    }
}
