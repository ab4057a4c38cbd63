//! A replaced object takes along what hangs on it: those objects are deleted first and made after.

use super::blast::Dependants;
use super::step::as_new;
use super::{Action, Desired, FieldChange, PlanInput, Step};
use crate::base::Address;

/// Turns the steps of everything behind a replaced object into replaces.
pub(super) fn cascade(steps: &mut Vec<Step>, input: &PlanInput<'_>, dependants: &Dependants) {
    let mut queue: Vec<_> = steps
        .iter()
        .filter(|step| step.action == Action::Replace)
        .map(|step| step.address.clone())
        .collect();
    while let Some(replaced) = queue.pop() {
        for behind in dependants.direct(&replaced) {
            // one that only mentions the name is not bound to the object itself
            let bound = input.world.get(behind).is_some_and(|live| {
                live.fields
                    .values()
                    .any(|value| value.as_ref_address() == Some(&replaced))
                    || input.world.parent(live, input.kinds).as_ref() == Some(&replaced)
            });
            if !bound {
                continue;
            }
            let Some(desired) = input.declared.get(behind) else {
                if let Some(step) = steps.iter_mut().find(|step| step.address == replaced) {
                    step.warnings.push(format!(
                        "`{behind}` is not declared and hangs on it: the vendor may refuse"
                    ));
                }
                continue;
            };
            if holds_others(behind, input) {
                point_anew(steps, input, behind, desired, &replaced);
                continue;
            }
            let at = steps.iter().position(|step| step.address == *behind);
            match at.and_then(|at| steps.get_mut(at)) {
                Some(step) if step.action.removes() => continue,
                Some(step) => step.action = Action::Replace,
                None => steps.push(Step::new(behind, Action::Replace, input.world.get(behind))),
            }
            let kind = input.kinds.iter().find(|kind| behind.is(kind.name));
            if let (Some(kind), Some(step)) =
                (kind, steps.iter_mut().find(|step| step.address == *behind))
            {
                step.because.get_or_insert(desired.span);
                step.warnings
                    .push(format!("hangs on `{replaced}`, which is replaced"));
                if step.fields.is_empty() {
                    step.fields = as_new(kind, desired);
                }
            }
            queue.push(behind.clone());
        }
    }
}

/// Tells whether objects of this kind contain others, which would all be lost with it.
fn holds_others(address: &Address, input: &PlanInput<'_>) -> bool {
    input
        .kinds
        .iter()
        .any(|kind| kind.parent.is_some_and(|parent| address.is(parent)))
}

/// Lets an object that stays point at the one that is made anew; the vendor forgets it meanwhile.
fn point_anew(
    steps: &mut Vec<Step>,
    input: &PlanInput<'_>,
    behind: &Address,
    desired: &Desired,
    replaced: &Address,
) {
    let fields: Vec<FieldChange> = desired
        .fields
        .iter()
        .filter(|(_, value)| value.as_ref_address() == Some(replaced))
        .map(|(name, value)| FieldChange {
            name,
            old: value.clone(),
            new: value.clone(),
            sensitive: false,
            because: Some(desired.span_of(name)),
        })
        .collect();
    if fields.is_empty() {
        return;
    }
    let at = steps.iter().position(|step| step.address == *behind);
    if at.is_none() {
        let mut step = Step::new(behind, Action::Update, input.world.get(behind));
        step.because = fields.first().and_then(|field| field.because);
        steps.push(step);
    }
    let at = at.unwrap_or(steps.len() - 1);
    let Some(step) = steps.get_mut(at) else {
        return;
    };
    step.warnings
        .push(format!("points at `{replaced}`, which is made anew"));
    for field in fields {
        if !step.fields.iter().any(|known| known.name == field.name) {
            step.fields.push(field);
        }
    }
}
