use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::blast::Dependants;
use super::diff::{Difference, compare};
use super::guard::{Guard, Refusal, RefusalKind};
use super::order::{out_of_order, place};
use super::prune::pruned;
use super::replace::{bound, cascade, holds_others, turn};
use super::require::{knot, require};
use super::{
    Action, BlastRadius, Declared, Desired, FieldChange, KindInfo, Live, Owner, Prune, Role, World,
};
use crate::base::{Address, Span, Value};

/// One change, with what it waits for and why it is made.
#[derive(Debug, Clone)]
pub struct Step {
    /// The object.
    pub address: Address,
    /// What is done to it.
    pub action: Action,
    /// The fields that change; all declared ones for a create.
    pub fields: Vec<FieldChange>,
    /// Objects whose steps come first: those of `needs` and of `let_go`.
    pub requires: Vec<Address>,
    /// Objects that have to be there, or in their place, before this one is made.
    pub needs: Vec<Address>,
    /// Objects that have to be deleted, or to point elsewhere, before this one is deleted.
    pub let_go: Vec<Address>,
    /// The line that causes it: that of the first changed field, or of the entry.
    pub because: Option<Span>,
    /// What stands behind an object that is to go.
    pub blast_radius: BlastRadius,
    /// What the reader should know before saying yes.
    pub warnings: Vec<String>,
    /// Digest of what was observed of the object; [sealed](super::SavedPlan) into a saved plan.
    pub observed: String,
}

/// Something the plan tells although it changes nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The object, where there is one.
    pub address: Option<Address>,
    /// What is to be told.
    pub message: String,
}

/// Requests that a plan takes from one bucket of a vendor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketCost {
    /// The vendor, `okta`.
    pub vendor: String,
    /// The vendor's rate bucket.
    pub bucket: String,
    /// The number of requests.
    pub requests: u32,
}

/// All changes that bring the live systems to what the document says, as plain data.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The changes, in the order of the registry; deletes last and reversed.
    pub steps: Vec<Step>,
    /// What is told besides.
    pub notes: Vec<Note>,
    /// Why it must not be applied; empty for a plan that may.
    pub refusals: Vec<Refusal>,
    /// What applying it costs.
    pub cost: Vec<BucketCost>,
    /// The limits that it was held to.
    pub guard: Guard,
    /// The objects that deletes are a share of.
    pub observed: usize,
}

/// Everything that a plan is made from.
#[derive(Debug, Clone, Copy)]
pub struct PlanInput<'a> {
    /// The kinds in dependency order.
    pub kinds: &'a [KindInfo],
    /// What the document wants; secrets are fingerprints already.
    pub declared: &'a Declared,
    /// What the vendors have.
    pub world: &'a World,
    /// The document's `name`, our owner mark.
    pub document: &'a str,
    /// The limits.
    pub guard: &'a Guard,
    /// What may be deleted although no entry names it.
    pub prune: &'a [Prune],
    /// Whether objects that others own are taken over (`--take-over`).
    pub take_over: bool,
    /// The day, `2026-11-23`, for `ignore` entries that end.
    pub today: &'a str,
}

impl Plan {
    /// Compares the two sides and puts the changes in order.
    pub fn make(input: &PlanInput<'_>) -> Self {
        let mut plan = Self::default();
        for (address, ids) in input.world.ambiguous() {
            plan.refusals.push(Refusal {
                address: Some(address.clone()),
                kind: RefusalKind::Ambiguous,
                message: format!(
                    "`{address}` answers to more than one live object ({}); rename or delete all but one",
                    ids.join(", ")
                ),
            });
        }
        let pruned: Vec<&Live> =
            pruned(input.prune, input.declared, input.world, input.kinds).collect();
        for kind in input.kinds.iter().filter(|kind| kind.role == Role::Managed) {
            let moved = out_of_order(kind, input.declared, input.world);
            for desired in input.declared.of(kind.name) {
                let live = input.world.get(&desired.address);
                if desired.absent {
                    plan.remove(desired, live, input);
                } else {
                    let found = compare(kind, desired, live, &moved, input.today);
                    plan.bring(kind, desired, live, &found, input);
                }
            }
        }
        for live in pruned {
            if let Some(address) = &live.address {
                plan.steps.push(Step {
                    warnings: vec!["not declared; `prune` is on".to_owned()],
                    ..Step::new(address, Action::Delete, Some(live))
                });
            }
        }
        plan.finish(input);
        plan
    }

    /// Tells whether there is nothing to do.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Counts the steps of one action.
    pub fn count(&self, action: Action) -> usize {
        self.steps
            .iter()
            .filter(|step| step.action == action)
            .count()
    }

    /// The step of an object.
    pub fn step(&self, address: &Address) -> Option<&Step> {
        self.steps.iter().find(|step| step.address == *address)
    }

    /// Keeps only these objects and the steps that they wait for (`--target`); so with refusals.
    pub fn target(&mut self, targets: &[Address], kinds: &[KindInfo]) {
        let mut kept: Vec<Address> = targets.to_vec();
        let mut next = 0;
        while let Some(address) = kept.get(next).cloned() {
            next += 1;
            if let Some(step) = self.step(&address) {
                for needed in step.requires.clone() {
                    if !kept.contains(&needed) {
                        kept.push(needed);
                    }
                }
            }
        }
        self.steps.retain(|step| kept.contains(&step.address));
        // which of two objects is meant matters to all that point at it
        self.refusals.retain(|refusal| {
            refusal.kind == RefusalKind::Ambiguous
                || refusal.address.as_ref().is_some_and(|at| kept.contains(at))
        });
        self.hold();
        self.cost = cost(&self.steps, kinds);
    }

    fn remove(&mut self, desired: &Desired, live: Option<&Live>, input: &PlanInput<'_>) {
        let Some(live) = live else { return };
        if live.system {
            self.refuse(
                desired,
                RefusalKind::System,
                format!(
                    "`{}` was made by the vendor and cannot be deleted",
                    desired.address
                ),
            );
            return;
        }
        if let Some(owner) = foreign(live, input) {
            self.refuse_owner(desired, owner);
            return;
        }
        let mut step = Step::new(&desired.address, Action::Delete, Some(live));
        step.because = Some(desired.span);
        self.guarded(desired, &step);
        self.steps.push(step);
    }

    fn bring(
        &mut self,
        kind: &KindInfo,
        desired: &Desired,
        live: Option<&Live>,
        found: &Difference,
        input: &PlanInput<'_>,
    ) {
        for (field, reason, until) in &found.ignored {
            let until = until
                .as_ref()
                .map_or(String::new(), |day| format!(" until {day}"));
            self.notes.push(Note {
                address: Some(desired.address.clone()),
                message: format!("`{field}` differs and is ignored{until}: {reason}"),
            });
        }
        for ignore in desired
            .ignore
            .iter()
            .filter(|ignore| !ignore.holds(input.today))
        {
            self.notes.push(Note {
                address: Some(desired.address.clone()),
                message: format!(
                    "the `ignore` of `{}` has ended: {}",
                    ignore.field, ignore.reason
                ),
            });
        }
        let action = match live {
            None => Some(Action::Create),
            Some(live) => {
                if let Some(owner) = foreign(live, input) {
                    self.refuse_owner(desired, owner);
                    return;
                }
                found.action(adopts(kind, live, input))
            }
        };
        let Some(action) = action else { return };
        let mut step = Step::new(&desired.address, action, live);
        step.because = match action {
            Action::Update | Action::Replace => {
                found.fields.first().and_then(|field| field.because)
            }
            Action::Create | Action::Adopt | Action::Delete => Some(desired.span),
        };
        step.fields.clone_from(&found.fields);
        for field in &found.immutable {
            step.warnings.push(format!(
                "`{field}` cannot be changed: the object is deleted and made anew"
            ));
        }
        if let (Action::Create, Some(old)) = (action, &desired.renamed_from) {
            step.warnings.push(format!(
                "nothing is named `{old}`: made anew instead of renamed"
            ));
        }
        self.guarded(desired, &step);
        self.steps.push(step);
    }

    fn guarded(&mut self, desired: &Desired, step: &Step) {
        if desired.protected && step.action.removes() {
            self.refuse(
                desired,
                RefusalKind::Protected,
                format!(
                    "`{}` is `protected: true` and the plan would {} it",
                    desired.address, step.action
                ),
            );
        }
    }

    fn refuse(&mut self, desired: &Desired, kind: RefusalKind, message: String) {
        self.refusals.push(Refusal {
            address: Some(desired.address.clone()),
            kind,
            message,
        });
    }

    fn refuse_owner(&mut self, desired: &Desired, owner: &Owner) {
        let message = format!(
            "`{}` belongs to {owner}; `--take-over` would make it this document's",
            desired.address
        );
        self.refuse(desired, RefusalKind::ForeignOwner, message);
    }

    fn finish(&mut self, input: &PlanInput<'_>) {
        let dependants = Dependants::of(input.world, input.kinds);
        let mut turned = cascade(&mut self.steps, input, &dependants);
        require(&mut self.steps, input, &dependants);
        // what cannot let go in time, because it needs what is made only later, is replaced, too
        while let Some(knot) = knot(&self.steps) {
            let (removed, holder) = knot;
            let live = input.world.get(&holder);
            if live.is_some_and(|live| bound(live, &removed, input))
                && !holds_others(&holder, input)
            {
                let why = format!("cannot let go of `{removed}` before that is deleted");
                turn(&mut self.steps, &holder, why, input);
                turned.push(holder);
                turned.extend(cascade(&mut self.steps, input, &dependants));
                require(&mut self.steps, input, &dependants);
            } else if let Some(step) = self.steps.iter_mut().find(|step| step.address == removed) {
                step.let_go.retain(|other| *other != holder);
            }
        }
        for address in turned {
            if let (Some(desired), Some(step)) =
                (input.declared.get(&address), self.step(&address).cloned())
            {
                self.guarded(desired, &step);
            }
        }
        for step in &mut self.steps {
            step.requires = step.needs.iter().chain(&step.let_go).cloned().collect();
            step.requires.sort();
            step.requires.dedup();
            if step.action.removes() {
                step.blast_radius = dependants.radius(&step.address);
            }
        }
        let rank = |step: &Step| {
            let kind = input
                .kinds
                .iter()
                .position(|kind| step.address.is(kind.name))
                .unwrap_or(usize::MAX);
            if step.action == Action::Delete {
                (1, usize::MAX - kind)
            } else {
                (0, kind)
            }
        };
        let ordinal = |step: &Step| {
            let desired = input.declared.get(&step.address)?;
            place(step, desired, input)
        };
        self.steps.sort_by(|a, b| {
            (rank(a), ordinal(a), &a.address).cmp(&(rank(b), ordinal(b), &b.address))
        });
        let managed = |live: &&Live| {
            !live.system
                && input
                    .kinds
                    .iter()
                    .any(|kind| kind.name == live.kind && kind.role == Role::Managed)
        };
        self.observed = input.world.iter().filter(managed).count();
        self.guard = input.guard.clone();
        let limits = self.guard.check(&self.steps, self.observed);
        self.refusals.extend(limits);
        self.cost = cost(&self.steps, input.kinds);
    }
}

impl Step {
    pub(super) fn new(address: &Address, action: Action, live: Option<&Live>) -> Self {
        Self {
            address: address.clone(),
            action,
            fields: Vec::new(),
            requires: Vec::new(),
            needs: Vec::new(),
            let_go: Vec::new(),
            because: None,
            blast_radius: BlastRadius::default(),
            warnings: Vec::new(),
            observed: observed(live),
        }
    }
}

/// Digest of a live object; unequal after any change that the document could see.
fn observed(live: Option<&Live>) -> String {
    let Some(live) = live else {
        return "absent".to_owned();
    };
    let fields: BTreeMap<&str, String> = live
        .fields
        .iter()
        .map(|(name, value)| (*name, format!("{value:?}")))
        .collect();
    let text = format!(
        "{}\n{:?}\n{:?}\n{fields:?}",
        live.id, live.parent, live.owner
    );
    data_encoding::HEXLOWER.encode(&Sha256::digest(text.as_bytes()))
}

/// The owner that forbids a change.
pub(super) fn foreign<'a>(live: &'a Live, input: &PlanInput<'_>) -> Option<&'a Owner> {
    let owner = live.owner.as_ref()?;
    let ours = *owner == Owner::Document(input.document.to_owned());
    (!ours && !input.take_over).then_some(owner)
}

/// Tells whether a live object is still to be marked as ours.
fn adopts(kind: &KindInfo, live: &Live, input: &PlanInput<'_>) -> bool {
    kind.labelled && live.owner != Some(Owner::Document(input.document.to_owned()))
}

fn cost(steps: &[Step], kinds: &[KindInfo]) -> Vec<BucketCost> {
    let mut total: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for step in steps {
        let Some(kind) = kinds.iter().find(|kind| step.address.is(kind.name)) else {
            continue;
        };
        let requests = match step.action {
            Action::Create => kind.cost.create,
            Action::Adopt | Action::Update => kind.cost.update,
            Action::Replace => kind.cost.delete + kind.cost.create,
            Action::Delete => kind.cost.delete,
        };
        *total
            .entry((kind.name.vendor(), kind.cost.bucket))
            .or_default() += requests;
    }
    total
        .into_iter()
        .map(|((vendor, bucket), requests)| BucketCost {
            vendor: vendor.to_owned(),
            bucket: bucket.to_owned(),
            requests,
        })
        .collect()
}

/// The fields of a create, for a kind's object that has no live one.
pub(super) fn as_new(kind: &KindInfo, desired: &Desired) -> Vec<FieldChange> {
    kind.fields
        .iter()
        .filter(|field| field.rule != super::FieldRule::Computed)
        .filter_map(|field| {
            Some(FieldChange {
                name: field.name,
                old: Value::Null,
                new: desired.fields.get(field.name)?.clone(),
                sensitive: field.rule == super::FieldRule::WriteOnly,
                because: Some(desired.span_of(field.name)),
            })
        })
        .collect()
}
