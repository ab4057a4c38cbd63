use std::fmt;

use prometheus_client::encoding::DescriptorEncoder;

use super::families::number;
use super::family::Family;
use crate::status::{BudgetStatus, Status};

/// What was sent to the vendors, and what is left of their limits.
pub(super) fn vendors(encoder: &mut DescriptorEncoder<'_>, status: &Status) -> fmt::Result {
    let mut family = Family::counter(
        encoder,
        "dcrsync_requests",
        "Requests that were sent to vendors",
    )?;
    for request in &status.requests {
        let code = request
            .status
            .map_or("none".to_owned(), |it| it.to_string());
        let labels = [
            ("vendor", request.vendor.as_str()),
            ("bucket", request.bucket.as_str()),
            ("status", code.as_str()),
        ];
        family.add(&labels, request.count)?;
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_budget_limit",
        "Requests that a vendor allows in a window",
    )?;
    for budget in &status.budgets {
        if let Some(limit) = budget.limit {
            family.set(&budget_labels(budget), number(limit))?;
        }
    }
    let mut family = Family::gauge(
        encoder,
        "dcrsync_budget_left",
        "Requests that may still be sent in this window",
    )?;
    for budget in &status.budgets {
        if let Some(left) = budget.left {
            family.set(&budget_labels(budget), number(left))?;
        }
    }
    Ok(())
}

fn budget_labels(budget: &BudgetStatus) -> [(&'static str, &str); 3] {
    [
        ("vendor", &budget.vendor),
        ("origin", &budget.origin),
        ("bucket", &budget.bucket),
    ]
}
