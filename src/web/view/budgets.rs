use maud::{Markup, html};

use super::Look;
use super::table::table;
use crate::base::printable;
use crate::status::{BudgetStatus, DocumentStatus};

const HEADS: [&str; 5] = [
    "Vendor",
    "Organisation",
    "Limit",
    "Left",
    "Requests of a window",
];

/// What is left of the vendors' rate limits; of one document's organisations where one is given.
pub(super) fn budgets(look: &Look<'_>, document: Option<&DocumentStatus>) -> Markup {
    let of_it = |budget: &&BudgetStatus| {
        document.is_none_or(|document| {
            let mut origins = document.organisations.iter();
            origins.any(|origin| bare(origin) == bare(&budget.origin))
        })
    };
    let budgets: Vec<&BudgetStatus> = look.status.budgets.iter().filter(of_it).collect();
    html! {
        @if !budgets.is_empty() {
            section #budgets aria-labelledby="budgets-head" {
                h2 #budgets-head { "Rate limits" }
                (table("budgets-table", "Rate limits", &HEADS, &html! {
                    @for budget in budgets { (row(budget)) }
                }))
            }
        }
    }
}

/// An address may end in a slash or not.
fn bare(origin: &str) -> &str {
    origin.trim_end_matches('/')
}

fn row(budget: &BudgetStatus) -> Markup {
    let number = |number: Option<u64>| number.map_or("not known".to_owned(), |it| it.to_string());
    html! {
        tr {
            th scope="row" { (budget.vendor) }
            td data-name="Organisation" { code { (budget.origin) } }
            td data-name="Limit" { (printable(&budget.bucket)) }
            td data-name="Left" { (number(budget.left)) @if let Some(share) = share(budget) { (meter(share)) } }
            td data-name="Requests of a window" { (number(budget.limit)) }
        }
    }
}

/// The part that is left, in hundredths.
fn share(budget: &BudgetStatus) -> Option<u64> {
    let (left, limit) = (budget.left?, budget.limit?);
    left.min(limit).saturating_mul(100).checked_div(limit)
}

/// The same as a bar; the number beside it says it all.
fn meter(share: u64) -> Markup {
    html! {
        svg .meter viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true" {
            rect .all width="100" height="6" rx="3" {}
            rect .left width=(share) height="6" rx="3" {}
        }
    }
}
