use super::blast::Dependants;
use super::cost::cost;
use super::diff::{Difference, compare};
use super::guard::{Refusal, RefusalKind};
use super::held::held;
use super::input::{PlanInput, adopts, foreign};
use super::order::{out_of_order, place};
use super::prune::pruned;
use super::replace::{bound, cascade, holds_others, turn};
use super::require::{knot, require};
use super::steps::Steps;
use super::{Action, Desired, KindInfo, Live, Note, Owner, Plan, Role, Step};
use crate::base::Address;

impl Plan {
    /// Compares the two sides and puts the changes in order.
    pub fn make(input: &PlanInput<'_>) -> Self {
        let mut making = Making {
            input,
            steps: Steps::default(),
            notes: Vec::new(),
            refusals: Vec::new(),
        };
        for (address, ids) in input.world.ambiguous() {
            making.refusals.push(Refusal {
                address: Some(address.clone()),
                kind: RefusalKind::Ambiguous,
                message: format!(
                    "`{address}` answers to more than one live object ({}); rename or delete all but one",
                    ids.join(", ")
                ),
            });
        }
        for kind in input.kinds.iter().filter(|kind| kind.role == Role::Managed) {
            let moved = out_of_order(kind, input.declared, input.world);
            for desired in input.declared.of(kind.name) {
                let live = input.world.get(&desired.address);
                if desired.absent {
                    making.remove(desired, live);
                } else {
                    let found = compare(kind, desired, live, &moved, input.today);
                    making.bring(kind, desired, live, found);
                }
            }
        }
        for live in pruned(input) {
            if let Some(address) = &live.address {
                making.steps.push(Step {
                    warnings: vec!["not declared; `prune` is on".to_owned()],
                    ..Step::new(address, Action::Delete, Some(live))
                });
            }
        }
        making.finish()
    }
}

/// A plan while it is made.
struct Making<'a> {
    input: &'a PlanInput<'a>,
    steps: Steps,
    notes: Vec<Note>,
    refusals: Vec<Refusal>,
}

impl Making<'_> {
    fn remove(&mut self, desired: &Desired, live: Option<&Live>) {
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
        if let Some(owner) = foreign(live, self.input) {
            self.refuse_owner(desired, owner);
            return;
        }
        let mut step = Step::new(&desired.address, Action::Delete, Some(live));
        step.because = Some(desired.span);
        self.guarded(desired, step.action);
        self.steps.push(step);
    }

    fn bring(
        &mut self,
        kind: &KindInfo,
        desired: &Desired,
        live: Option<&Live>,
        found: Difference,
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
            .filter(|ignore| !ignore.holds(self.input.today))
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
                if let Some(owner) = foreign(live, self.input) {
                    self.refuse_owner(desired, owner);
                    return;
                }
                found.action(adopts(kind, live, self.input))
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
        step.fields = found.fields;
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
        self.guarded(desired, step.action);
        self.steps.push(step);
    }

    fn guarded(&mut self, desired: &Desired, action: Action) {
        if desired.protected && action.removes() {
            self.refuse(
                desired,
                RefusalKind::Protected,
                format!(
                    "`{}` is `protected: true` and the plan would {} it",
                    desired.address, action
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

    fn finish(mut self) -> Plan {
        let input = self.input;
        // most runs find nothing to do: then nobody has to be counted
        if !self.steps.is_empty() {
            let dependants = Dependants::of(input.world, input.kinds);
            for address in self.tie(&dependants) {
                if let (Some(desired), Some(step)) =
                    (input.declared.get(&address), self.steps.get(&address))
                {
                    let action = step.action;
                    self.guarded(desired, action);
                }
            }
            self.refusals.extend(held(&self.steps, input, &dependants));
            for step in self.steps.iter_mut() {
                step.requires = step.needs.iter().chain(&step.let_go).cloned().collect();
                step.requires.sort();
                step.requires.dedup();
                if step.action.removes() {
                    step.blast_radius = dependants.radius(&step.address);
                }
            }
        }
        let mut steps = self.steps.into_vec();
        steps.sort_by_cached_key(|step| {
            let kind = input.rank(&step.address).unwrap_or(usize::MAX);
            let rank = if step.action == Action::Delete {
                (1, usize::MAX - kind)
            } else {
                (0, kind)
            };
            let desired = input.declared.get(&step.address);
            let ordinal = desired.and_then(|desired| place(step, desired, input));
            (rank, ordinal, step.address.clone())
        });
        let managed = input.kinds.iter().filter(|kind| kind.role == Role::Managed);
        let observed = managed
            .flat_map(|kind| input.world.of(kind.name))
            .filter(|live| !live.system)
            .count();
        let limits = input.guard.check(&steps, observed);
        self.refusals.extend(limits);
        Plan {
            cost: cost(&steps, input.kinds),
            steps,
            notes: self.notes,
            refusals: self.refusals,
            guard: input.guard.clone(),
            observed,
        }
    }

    /// Lets steps wait for each other, and tells which had to become replaces for that.
    fn tie(&mut self, dependants: &Dependants) -> Vec<Address> {
        let input = self.input;
        let mut turned = cascade(&mut self.steps, input, dependants);
        require(&mut self.steps, input, dependants);
        // what cannot let go in time, because it needs what is made only later, is replaced, too
        while let Some((removed, holder)) = knot(self.steps.all()) {
            let live = input.world.get(&holder);
            if live.is_some_and(|live| bound(live, &removed, input))
                && !holds_others(&holder, input)
            {
                let why = format!("cannot let go of `{removed}` before that is deleted");
                turn(&mut self.steps, &holder, why, input);
                turned.push(holder);
                turned.extend(cascade(&mut self.steps, input, dependants));
                require(&mut self.steps, input, dependants);
            } else if let Some(step) = self.steps.get_mut(&removed) {
                step.let_go.retain(|other| *other != holder);
            }
        }
        turned
    }
}
