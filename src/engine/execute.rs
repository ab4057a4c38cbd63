//! Carries out one node of the graph; everything was decided before.

use super::recover;
use super::resolve;
use super::{Engine, planning::Planned};
use crate::base::Address;
use crate::kinds::{AnyKind, KindError, Objects, Task, Writers, find};
use crate::plan::{Action, Desired, Node, Phase, Step};

/// All that the nodes of one run share.
pub(super) struct Run<'a> {
    pub(super) engine: &'a Engine,
    pub(super) planned: &'a Planned,
    pub(super) writers: Writers,
    pub(super) objects: Objects,
}

impl<'a> Run<'a> {
    pub(super) fn new(engine: &'a Engine, planned: &'a Planned) -> Self {
        let objects = Objects::default();
        for live in planned.world.iter() {
            if let Some(address) = &live.address {
                objects.insert(address.clone(), live.clone());
            }
        }
        Self {
            engine,
            planned,
            writers: engine.writers(),
            objects,
        }
    }

    /// Does one half of a step.
    pub(super) async fn node(&self, node: &Node, step: &Step) -> Result<(), KindError> {
        let Some(kind) = find(step.address.kind()) else {
            return Ok(());
        };
        let desired = self.desired(kind, &step.address);
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
            objects: &self.objects,
            secrets: self.engine.secrets.get(&step.address).unwrap_or(&nothing),
            document: &self.engine.checked.settings.name,
            store: &self.engine.store,
        };
        let live = self.objects.get(&step.address);
        match (node.phase, live) {
            (Phase::Remove, Some(live)) => {
                kind.delete(&self.writers, task, &live).await?;
                self.objects.remove(&step.address);
            }
            (Phase::Remove, None) => {}
            (Phase::Make, Some(live)) if !step.action.removes() => {
                let made = kind.update(&self.writers, task, &live).await?;
                self.objects.insert(step.address.clone(), made);
            }
            (Phase::Make, _) => {
                let made = recover::create(kind, &self.engine.readers, &self.writers, task).await?;
                self.objects.insert(step.address.clone(), made);
            }
        }
        Ok(())
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

    /// What only one step at a time may write: Okta loses or doubles racing writes of one server.
    pub(super) fn lock(&self, address: &Address) -> Option<Address> {
        let mut top = address.clone();
        for _ in 0..4 {
            let above = self
                .planned
                .declared
                .get(&top)
                .and_then(|desired| desired.parent.clone())
                .or_else(|| {
                    let live = self.planned.world.get(&top)?;
                    self.planned.world.parent(live, &crate::kinds::infos())
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
}
