//! A replaced object takes along what hangs on it: those objects are deleted first and made after.

use super::blast::Dependants;
use super::held::holding;
use super::input::{as_new, foreign};
use super::steps::Steps;
use super::{Action, Desired, FieldChange, Live, PlanInput, Step};
use crate::base::Address;

/// Turns the steps of everything behind a replaced object into replaces, and tells which.
pub(super) fn cascade(
    steps: &mut Steps,
    input: &PlanInput<'_>,
    dependants: &Dependants,
) -> Vec<Address> {
    let mut turned = Vec::new();
    let mut queue: Vec<_> = steps
        .all()
        .iter()
        .filter(|step| step.action == Action::Replace)
        .map(|step| step.address.clone())
        .collect();
    while let Some(replaced) = queue.pop() {
        for behind in dependants.direct(&replaced) {
            let Some(live) = input.world.get(behind) else {
                continue;
            };
            let step = steps.get(behind);
            let goes_or_lets_go = step
                .is_some_and(|step| step.action.removes() || lets_go(step, live, &replaced, input));
            if goes_or_lets_go || !bound(live, &replaced, input) {
                continue;
            }
            let Some(desired) = input.declared.get(behind) else {
                // a delete that the vendor refuses for sure is no matter of a warning
                // what the vendor refuses for sure is refused here, too
                let held = holding(behind, &replaced, input).next().is_some();
                if !held && let Some(step) = steps.get_mut(&replaced) {
                    step.warnings.push(format!(
                        "`{behind}` is not declared and hangs on it: the vendor may refuse"
                    ));
                }
                continue;
            };
            if holds_others(behind, input) {
                point_anew(steps, input, behind, desired, &replaced);
            } else if foreign(live, input).is_none() {
                let why = format!("hangs on `{replaced}`, which is replaced");
                turn(steps, behind, why, input);
                turned.push(behind.clone());
                queue.push(behind.clone());
            }
        }
    }
    turned
}

/// Makes a replace of what would be changed in another way or not at all.
pub(super) fn turn(steps: &mut Steps, address: &Address, why: String, input: &PlanInput<'_>) {
    let (Some(kind), Some(desired)) = (input.kind(address), input.declared.get(address)) else {
        return;
    };
    if let Some(step) = steps.get_mut(address) {
        step.action = Action::Replace;
        if step.fields.is_empty() {
            step.fields = as_new(kind, desired);
        }
        step.warnings.push(why);
    } else {
        let live = input.world.get(address);
        steps.push(Step {
            because: Some(desired.span),
            fields: as_new(kind, desired),
            warnings: vec![why],
            ..Step::new(address, Action::Replace, live)
        });
    }
}

/// Tells whether an object hangs on another one; mentioning its name alone is not hanging.
pub(super) fn bound(live: &Live, other: &Address, input: &PlanInput<'_>) -> bool {
    live.fields
        .values()
        .any(|value| value.as_ref_address() == Some(other))
        || input.world.parent(live) == Some(other)
}

/// The object that is to go and that contains this one: the vendor deletes what is inside, too.
pub(super) fn takes_along<'a>(
    live: &'a Live,
    steps: &Steps,
    input: &PlanInput<'a>,
) -> Option<&'a Address> {
    let mut above = input.world.above(live);
    above.find(|address| {
        let step = steps.get(address);
        step.is_some_and(|step| step.action.removes())
    })
}

/// Tells whether a step takes away all by which an object hangs on another one.
fn lets_go(step: &Step, live: &Live, other: &Address, input: &PlanInput<'_>) -> bool {
    input.world.parent(live) != Some(other)
        && live
            .fields
            .iter()
            .filter(|(_, value)| value.as_ref_address() == Some(other))
            .all(|(field, _)| step.fields.iter().any(|change| change.name == *field))
}

/// Tells whether objects of this kind contain others, which would all be lost with it.
pub(super) fn holds_others(address: &Address, input: &PlanInput<'_>) -> bool {
    input
        .kinds
        .iter()
        .any(|kind| kind.parent.is_some_and(|parent| address.is(parent)))
}

/// Lets an object that stays point at the one that is made anew; the vendor forgets it meanwhile.
fn point_anew(
    steps: &mut Steps,
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
    if steps.get(behind).is_none() {
        let mut step = Step::new(behind, Action::Update, input.world.get(behind));
        step.because = fields.first().and_then(|field| field.because);
        steps.push(step);
    }
    let Some(step) = steps.get_mut(behind) else {
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
