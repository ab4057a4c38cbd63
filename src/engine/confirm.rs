//! Looks again before anything is made that the vendor would make twice.
//!
//! A list that came late or empty looks like an object that is missing. Most vendors' collections
//! refuse a second object of the same name; of the others nobody could tell the two apart later.

use std::collections::BTreeMap;

use futures_util::future::try_join_all;

use super::execute::Run;
use super::recover::is_meant;
use super::{Engine, EngineError, Planned};
use crate::base::{Address, Count, KindName};
use crate::kinds::{AnyKind, find};
use crate::plan::{Action, Desired, Live};

/// The objects to be made in one collection: its kind, what contains it, what is wanted.
type Collection<'a> = (&'static dyn AnyKind, Option<&'a Live>, Vec<&'a Desired>);

impl Engine {
    /// Reads each such collection once more; what is there meanwhile was not planned for.
    pub(super) async fn confirm_absent(
        &self,
        planned: &Planned,
        run: &Run<'_>,
    ) -> Result<(), EngineError> {
        let mut collections: BTreeMap<(KindName, Option<&Address>), Collection<'_>> =
            BTreeMap::new();
        let steps = planned.plan.steps.iter();
        for step in steps.filter(|step| step.action == Action::Create) {
            let (Some(kind), Some(desired)) = (
                find(step.address.kind()),
                planned.declared.get(&step.address),
            ) else {
                continue;
            };
            let parent = desired.parent.as_ref();
            let live = parent.and_then(|parent| planned.world.get(parent));
            // in what is not there yet nothing can be
            if kind.doubles() && (parent.is_none() || live.is_some()) {
                let key = (kind.info().name, parent);
                let entry = collections.entry(key);
                let (_, _, wanted) = entry.or_insert_with(|| (kind, live, Vec::new()));
                wanted.push(desired);
            }
        }
        let looks = collections
            .into_values()
            .map(|(kind, parent, wanted)| async move {
                let listed = kind.list(&self.readers, parent).await;
                let listed = listed.map_err(|source| EngineError::Vendor {
                    doing: format!(
                        "look for the {} once more",
                        Count::noun(2, &kind.info().name.noun())
                    ),
                    source: Box::new(source),
                })?;
                let there = |desired: &&&Desired| {
                    let mut listed = listed.iter();
                    listed.any(|live| is_meant(kind, desired, live, &run.objects))
                };
                match wanted.iter().find(there) {
                    Some(desired) => Err(EngineError::Appeared(desired.address.clone())),
                    None => Ok(()),
                }
            });
        try_join_all(looks).await.map(drop)
    }
}
