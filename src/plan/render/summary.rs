//! The line that says it all.

use super::View;
use crate::base::Count;
use crate::plan::{Action, Plan};

/// All actions, in the order in which they are told.
pub(super) const ACTIONS: [Action; 5] = [
    Action::Create,
    Action::Adopt,
    Action::Update,
    Action::Replace,
    Action::Delete,
];

/// The vendors of a plan, in the order of its steps, which is that of the registry.
pub(super) fn vendors(plan: &Plan) -> Vec<&str> {
    let mut vendors = Vec::new();
    for step in &plan.steps {
        let vendor = step.address.vendor();
        if !vendors.contains(&vendor) {
            vendors.push(vendor);
        }
    }
    vendors
}

/// A vendor's name as a title.
pub(super) fn title(vendor: &str) -> String {
    let mut letters = vendor.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}

/// `3 to create, 1 to update; 9 requests (okta 5, konnect 4), about 2 s`.
pub(super) fn summary(view: &View<'_>) -> String {
    let counts: Vec<String> = ACTIONS
        .into_iter()
        .map(|action| (view.plan.count(action), action))
        .filter(|(count, _)| *count > 0)
        .map(|(count, action)| format!("{count} to {action}"))
        .collect();
    let mut line = vec![counts.join(", ")];
    let mut by_vendor: Vec<(&str, u32)> = Vec::new();
    for cost in &view.plan.cost {
        match by_vendor.iter_mut().find(|(name, _)| *name == cost.vendor) {
            Some((_, requests)) => *requests += cost.requests,
            None => by_vendor.push((&cost.vendor, cost.requests)),
        }
    }
    // as the sections above it: the registry's order, not the alphabet's
    let order = vendors(view.plan);
    by_vendor.sort_by_key(|(name, _)| order.iter().position(|vendor| vendor == name));
    let requests: u32 = by_vendor.iter().map(|(_, requests)| requests).sum();
    if requests > 0 {
        let parts: Vec<String> = by_vendor
            .iter()
            .map(|(name, requests)| format!("{name} {requests}"))
            .collect();
        let count = Count::of(requests as usize, "request");
        line.push(format!("; {count} ({})", parts.join(", ")));
    }
    if let Some(seconds) = view.seconds.filter(|seconds| *seconds > 0) {
        line.push(format!(", about {}", duration(seconds)));
    }
    line.concat()
}

fn duration(seconds: u64) -> String {
    if seconds < 120 {
        format!("{seconds} s")
    } else {
        format!("{} min", seconds.div_ceil(60))
    }
}
