//! Carries out one node of the graph; everything was decided before.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use tracing::Instrument as _;

use super::recover;
use super::resolve;
use super::{Engine, planning::Planned};
use crate::base::Address;
use crate::kinds::client_secret::Rotation;
use crate::kinds::{AnyKind, KindError, Objects, Task, Writers, find};
use crate::plan::{Action, Desired, Live, Node, Permit, Phase, Step};

/// All that the nodes of one run share.
pub(super) struct Run<'a> {
    pub(super) engine: &'a Engine,
    pub(super) planned: &'a Planned,
    pub(super) writers: Writers,
    pub(super) objects: Objects,
    /// What was made by this run.
    made: Mutex<HashSet<Address>>,
    permit: Permit,
    /// What takes a place among its siblings and is not there yet.
    to_come: Mutex<HashSet<Address>>,
}

impl<'a> Run<'a> {
    pub(super) fn new(engine: &'a Engine, planned: &'a Planned, permit: Permit) -> Self {
        let objects = Objects::default();
        for live in planned.world.iter() {
            if let Some(address) = &live.address {
                objects.insert(address.clone(), live.clone());
            }
        }
        let to_come = planned.plan.steps.iter().filter(|step| takes_place(step));
        Self {
            engine,
            planned,
            writers: engine.writers(),
            objects,
            made: Mutex::default(),
            permit,
            to_come: Mutex::new(to_come.map(|step| step.address.clone()).collect()),
        }
    }

    /// Does one half of a step, in a span that its requests stand in.
    pub(super) async fn node(&self, node: &Node, step: &Step) -> Result<(), KindError> {
        let phase = match node.phase {
            Phase::Remove => "remove",
            Phase::Make => "make",
        };
        let span =
            tracing::info_span!("step", address = %step.address, action = %step.action, phase);
        let done = self.half(node, step).instrument(span.clone()).await;
        span.in_scope(|| match &done {
            Ok(()) => tracing::info!("done"),
            Err(error) => tracing::info!(%error, "failed"),
        });
        done
    }

    async fn half(&self, node: &Node, step: &Step) -> Result<(), KindError> {
        let Some(kind) = find(step.address.kind()) else {
            return Ok(());
        };
        let live = self.objects.get(&step.address);
        let mut desired = self.desired(kind, &step.address);
        if let (Action::Adopt | Action::Update, Some(live)) = (step.action, &live) {
            keep_ignored(&mut desired, step, live);
        }
        let changed: Vec<&'static str> = match step.action {
            Action::Create | Action::Replace => desired.fields.keys().copied().collect(),
            Action::Adopt | Action::Update | Action::Delete => {
                step.fields.iter().map(|field| field.name).collect()
            }
        };
        let nothing = std::collections::BTreeMap::new();
        let task = Task {
            desired: &desired,
            changed: &changed,
            siblings: &self.siblings(kind, &desired),
            objects: &self.objects,
            secrets: self.engine.secrets.get(&step.address).unwrap_or(&nothing),
            rotation: self.rotation(&step.address),
            document: &self.engine.checked.settings.name,
            store: &self.engine.store,
        };
        match (node.phase, live) {
            (Phase::Remove, Some(live)) => {
                self.permit
                    .delete(&step.address, &live)
                    .map_err(|refusal| KindError::Guarded {
                        address: step.address.clone(),
                        reason: refusal.message,
                    })?;
                kind.delete(&self.writers, task, &live).await?;
                self.objects.remove(&step.address);
            }
            (Phase::Remove, None) => {}
            (Phase::Make, Some(live)) if !step.action.removes() => {
                let made = kind.update(&self.writers, task, &live).await?;
                self.note(&step.address, made);
            }
            (Phase::Make, _) => {
                let clock = self.engine.options.http.clock.as_ref();
                let made =
                    recover::create(kind, &self.engine.readers, &self.writers, clock, task).await?;
                self.note(&step.address, made);
            }
        }
        Ok(())
    }

    /// The objects that were made, as the vendors answered.
    pub(super) fn made(&self) -> HashMap<Address, Arc<Live>> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let made = made.iter();
        made.filter_map(|address| Some((address.clone(), self.objects.get(address)?)))
            .collect()
    }

    /// What is done to the secrets of this client, where that was asked for.
    fn rotation(&self, address: &Address) -> Option<&Rotation> {
        let planned = self.planned.rotation.as_ref()?;
        (planned.address == *address).then_some(&planned.rotation)
    }

    fn note(&self, address: &Address, made: Live) {
        self.objects.insert(address.clone(), made);
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(address.clone());
        drop(all);
        let mut to_come = self.to_come.lock().unwrap_or_else(PoisonError::into_inner);
        to_come.remove(address);
    }

    /// The declared siblings in their order, without those that are still to be made or moved.
    fn siblings(&self, kind: &dyn AnyKind, desired: &Desired) -> Vec<Address> {
        let Some(field) = kind.info().order_field() else {
            return Vec::new();
        };
        let to_come = self.to_come.lock().unwrap_or_else(PoisonError::into_inner);
        let mut family: Vec<(i64, &Address)> = self
            .planned
            .declared
            .of(desired.kind)
            .filter(|other| !other.absent && other.parent == desired.parent)
            .filter(|other| other.address == desired.address || !to_come.contains(&other.address))
            .filter_map(|other| Some((other.field(field).as_int()?, &other.address)))
            .collect();
        family.sort();
        family
            .into_iter()
            .map(|(_, address)| address.clone())
            .collect()
    }

    /// What is wanted, with what became known meanwhile; a pruned object is wanted by nobody.
    fn desired(&self, kind: &dyn AnyKind, address: &Address) -> Desired {
        match self.planned.declared.get(address) {
            Some(desired) => resolve::now(desired, &self.planned.declared, &self.objects),
            None => Desired {
                address: address.clone(),
                ..Desired::new(
                    kind.info().name,
                    address.key(),
                    crate::base::Span::default(),
                )
            },
        }
    }
}

/// What only one step at a time may write: Okta loses or doubles racing writes of one server.
pub(super) fn lock(planned: &Planned, address: &Address) -> Option<Address> {
    let mut top = address.clone();
    for _ in 0..4 {
        let above = planned
            .declared
            .get(&top)
            .and_then(|desired| desired.parent.clone())
            .or_else(|| {
                let live = planned.world.get(&top)?;
                planned.world.parent(live).cloned()
            });
        match above {
            Some(above) => top = above,
            None => break,
        }
    }
    (top.vendor() == "okta" && top != *address
        || top.is(crate::kinds::okta::authorization_server::NAME))
    .then_some(top)
}

/// Tells whether a step brings its object to a place among its siblings.
fn takes_place(step: &Step) -> bool {
    let Some(field) = find(step.address.kind()).and_then(|kind| kind.info().order_field()) else {
        return false;
    };
    step.action == Action::Create || step.fields.iter().any(|change| change.name == field)
}

/// Lets fields whose difference is accepted stay as they are: bodies hold all declared fields.
pub(super) fn keep_ignored(desired: &mut Desired, step: &Step, live: &Live) {
    for ignore in &desired.ignore {
        let differs = step.fields.iter().any(|change| change.name == ignore.field);
        let field = desired.fields.get_mut(&ignore.field);
        if let (false, Some(value)) = (differs, field) {
            *value = live.field(&ignore.field).clone();
        }
    }
}
