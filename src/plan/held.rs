//! Deletes that the vendor would refuse, because something that stays still uses the object: the plan
//! refuses them before the first write, and names the users.

use std::collections::BTreeMap;

use super::blast::Dependants;
use super::guard::{Refusal, RefusalKind, past};
use super::replace::takes_along;
use super::steps::Steps;
use super::{PlanInput, Step};
use crate::base::{Address, Count};

/// Users that a refusal names; the rest is counted.
const NAMED: usize = 5;

/// Finds the objects that are to go and are still used by what stays.
pub(super) fn held(steps: &Steps, input: &PlanInput<'_>, dependants: &Dependants) -> Vec<Refusal> {
    let gone = steps.all().iter().filter(|step| step.action.removes());
    gone.filter_map(|step| {
        let direct = dependants.direct(&step.address).iter();
        let users: Vec<&Address> = direct
            .filter(|user| *user != &step.address && stays(user, &step.address, steps, input))
            .collect();
        (!users.is_empty()).then(|| refusal(step, &users, input))
    })
    .collect()
}

/// Tells whether an object still points, when the plan is carried out, at one that cannot go before.
fn stays(user: &Address, gone: &Address, steps: &Steps, input: &PlanInput<'_>) -> bool {
    let Some(live) = input.world.get(user) else {
        return false;
    };
    let step = steps.get(user);
    if step.is_some_and(|step| step.action.removes()) || takes_along(live, steps, input).is_some() {
        return false;
    }
    let changes = |field: &str| {
        let fields = step.into_iter().flat_map(|step| &step.fields);
        fields.into_iter().any(|change| change.name == field)
    };
    holding(user, gone, input).any(|field| !changes(field))
}

/// The fields by which an object keeps another one from being deleted.
pub(super) fn holding(
    user: &Address,
    gone: &Address,
    input: &PlanInput<'_>,
) -> impl Iterator<Item = &'static str> {
    let live = input.world.get(user);
    let fields = input.kind(user).map_or(&[][..], |kind| kind.fields);
    fields
        .iter()
        .filter(|field| field.holds)
        .map(|field| field.name)
        .filter(move |field| {
            live.is_some_and(|live| live.field(field).as_ref_address() == Some(gone))
        })
}

fn refusal(step: &Step, users: &[&Address], input: &PlanInput<'_>) -> Refusal {
    let mut counts: BTreeMap<usize, (&str, usize)> = BTreeMap::new();
    for user in users {
        let rank = input.rank(user).unwrap_or(usize::MAX);
        let (_, count) = counts.entry(rank).or_insert((user.kind(), 0));
        *count += 1;
    }
    let counts: Vec<String> = counts
        .into_values()
        .map(|(kind, count)| {
            let noun = kind.split_once('.').map_or(kind, |(_, noun)| noun);
            Count::of(count, &noun.replace('_', " ")).to_string()
        })
        .collect();
    let mut names: Vec<String> = users
        .iter()
        .take(NAMED)
        .map(|user| format!("`{user}`"))
        .collect();
    if let Some(more @ 1..) = users.len().checked_sub(NAMED) {
        names.push(format!("{more} more"));
    }
    let (verb, them) = match users.len() {
        1 => ("uses", "it"),
        _ => ("use", "them"),
    };
    Refusal {
        address: Some(step.address.clone()),
        kind: RefusalKind::InUse,
        message: format!(
            "`{}` cannot be {}: {} that the plan leaves alone still {verb} it ({}); declare {them} `state: absent` or \
             pointing elsewhere, delete {them} by hand, or keep `{}`",
            step.address,
            past(step.action),
            counts.join(" and "),
            names.join(", "),
            step.address.key(),
        ),
    }
}
