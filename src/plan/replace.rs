//! A replaced object takes along what hangs on it: those objects are deleted first and made after.

use super::blast::Dependants;
use super::step::as_new;
use super::{Action, PlanInput, Step};

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
