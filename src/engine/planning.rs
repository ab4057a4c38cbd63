use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use super::observe::{Observed, Range};
use super::{Engine, EngineError, checks, resolve, rotate};
use crate::base::{CredentialStore, KindName, Report, Value};
use crate::config::Percent;
use crate::kinds::{find, infos};
use crate::plan::{Declared, Guard, Live, Plan, PlanInput, World};
use crate::vendor::Vendor;

/// A plan and everything that it was made from.
#[derive(Debug, Clone, Default)]
pub struct Planned {
    /// What is to be done.
    pub plan: Plan,
    /// What the checks across both systems found.
    pub report: Report,
    /// The live objects, with addresses.
    pub world: World,
    /// The desired objects, filled in as far as is known.
    pub declared: Declared,
    /// What it took to read both vendors.
    pub reading: Reading,
    /// What a step of a rotation does beyond its fields.
    pub(super) rotation: Option<rotate::Planned>,
}

/// What reading both vendors took.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// Requests by vendor and rate limit.
    pub requests: BTreeMap<(Vendor, &'static str), u64>,
    /// From the first to the last.
    pub took: Duration,
}

impl Engine {
    /// Reads both vendors and plans; `today` is `YYYY-MM-DD`.
    pub async fn plan(&self, today: &str) -> Result<Planned, EngineError> {
        let http = &self.options.http;
        let (before, since) = (http.usage.counts(), http.clock.now());
        let mut planned = self.look(today).await?;
        planned.reading = Reading {
            requests: http
                .usage
                .counts()
                .into_iter()
                .map(|(name, count)| (name, count - before.get(&name).copied().unwrap_or_default()))
                .collect(),
            took: http.clock.now().saturating_sub(since),
        };
        Ok(planned)
    }

    async fn look(&self, today: &str) -> Result<Planned, EngineError> {
        let range = Range::of(&self.declared, &self.checked.prune);
        let observed = self.observe(&range, Observed::default()).await?;
        let read = observed.read;
        let planned = self.compare(observed.live, today);
        self.weigh(&planned).await?;
        let removed = planned
            .plan
            .steps
            .iter()
            .filter(|step| step.action.removes());
        let removed: HashSet<KindName> = removed
            .filter_map(|step| Some(find(step.address.kind())?.info().name))
            .collect();
        if removed.is_empty() {
            return Ok(planned);
        }
        // something is to go: who stands behind it has to be counted
        let live = planned.world.into_objects();
        let observed = Observed { live, read };
        let observed = self
            .observe(&range.with_dependants(&removed), observed)
            .await?;
        Ok(self.compare(observed.live, today))
    }

    /// Plans with what was read.
    pub(super) fn compare(&self, live: Vec<Live>, today: &str) -> Planned {
        let kinds = infos();
        let mut world = World::link(&kinds, live, &self.declared);
        self.note_kept(&mut world);
        let mut report = Report::new();
        let settings = &self.checked.settings;
        checks::live(&self.declared, &world, settings, &mut report);
        let declared = resolve::fields(&self.declared, &world);
        let guard = Guard {
            max_deletes: usize::try_from(settings.guard.max_deletes).ok(),
            max_delete_share: Some(Percent::percent(settings.guard.max_delete_share)),
            protect: settings
                .guard
                .protect
                .iter()
                .map(|pattern| pattern.value.clone())
                .collect(),
        };
        let plan = Plan::make(&PlanInput {
            kinds: &kinds,
            declared: &declared,
            world: &world,
            document: &settings.name,
            guard: &guard,
            prune: &self.checked.prune,
            take_over: self.options.take_over,
            today,
        });
        Planned {
            plan,
            report,
            world,
            declared,
            reading: Reading::default(),
            rotation: None,
        }
    }

    /// Notes for each application whether its credentials are in the file that the document names.
    fn note_kept(&self, world: &mut World) {
        for desired in self.declared.iter().filter(|desired| !desired.absent) {
            let (Some(target), Some(kept)) = (&desired.store, desired.fields.get("credentials"))
            else {
                continue;
            };
            let live_id = world
                .get(&desired.address)
                .and_then(|live| live.field("client_id").as_text())
                .map(str::to_owned);
            let ours = self
                .store
                .get(target)
                .ok()
                .flatten()
                .is_some_and(|credentials| Some(credentials.client_id) == live_id);
            let value = if ours { kept.clone() } else { Value::Null };
            world.set(&desired.address, "credentials", value);
        }
    }
}
