//! The plan for a comment on a pull request, and for the summary of a workflow.

use std::fmt::Write as _;

use super::View;
use super::paint::Paint;
use super::summary::{ACTIONS, title, vendors};
use super::text::{closing, step_lines};
use crate::base::{Count, printable};
use crate::plan::Step;

/// GitHub takes comments of up to 65,536 characters; some are left for what others put around it.
pub const MAX_MARKDOWN: usize = 60_000;
/// Kept free for headings, fences and the words that say what was cut.
const FRAME: usize = 4_000;

/// Shows a plan as Markdown of at most [`MAX_MARKDOWN`] characters.
///
/// Names and values stand in fenced blocks only, where Markdown, HTML and mentions mean nothing.
pub fn markdown(view: &View<'_>) -> String {
    let plan = view.plan;
    let mut space = Space(MAX_MARKDOWN - FRAME);
    let mut out = String::new();
    // writing to a string cannot fail
    let _ = writeln!(out, "### dcrsync: {}\n", code(view.document));
    let _ = writeln!(out, "{}\n", closing(view));
    let refusals = plan.refusals.iter().map(|refusal| refusal.message.clone());
    block(&mut out, "Refused", true, refusals, &mut space);
    if !plan.is_empty() {
        out.push_str(&table(view));
    }
    for vendor in vendors(plan) {
        let steps: Vec<&Step> = plan
            .steps
            .iter()
            .filter(|step| step.address.vendor() == vendor)
            .collect();
        let name = title(vendor);
        let heading = format!("{name}: {}", Count::of(steps.len(), "change"));
        let items = steps.iter().map(|step| {
            let lines = step_lines(step, view.sources, Paint::new(false));
            lines.collect::<Vec<_>>().join("\n")
        });
        block(&mut out, &heading, false, items, &mut space);
    }
    let notes = plan.notes.iter().map(|note| match &note.address {
        Some(address) => format!("{address}: {}", note.message),
        None => note.message.clone(),
    });
    block(&mut out, "Notes", false, notes, &mut space);
    out
}

/// Counts by vendor and action.
fn table(view: &View<'_>) -> String {
    let used: Vec<_> = ACTIONS
        .into_iter()
        .filter(|action| view.plan.count(*action) > 0)
        .collect();
    let mut out = String::from("| |");
    for action in &used {
        let _ = write!(out, " {action} |");
    }
    out.push_str("\n|---|");
    out.push_str(&"---:|".repeat(used.len()));
    for vendor in vendors(view.plan) {
        let _ = write!(out, "\n| {} |", title(vendor));
        for action in &used {
            let steps = view.plan.steps.iter();
            let count = steps
                .filter(|step| step.action == *action && step.address.vendor() == vendor)
                .count();
            let _ = write!(out, " {count} |");
        }
    }
    out.push_str("\n\n");
    out
}

/// A collapsible block of items, as many as there is space for.
fn block(
    out: &mut String,
    heading: &str,
    open: bool,
    items: impl Iterator<Item = String>,
    space: &mut Space,
) {
    let mut shown: Vec<String> = Vec::new();
    let mut left_out = 0;
    for item in items {
        let item = item
            .lines()
            .map(|line| printable(line).into_owned())
            .collect::<Vec<_>>()
            .join("\n");
        if space.take(&item) {
            shown.push(item);
        } else {
            left_out += 1;
        }
    }
    if shown.is_empty() && left_out == 0 {
        return;
    }
    let body = shown.join("\n");
    let fence = "`".repeat(longest_run(&body).max(2) + 1);
    let open = if open { " open" } else { "" };
    let _ = writeln!(
        out,
        "<details{open}><summary>{heading}</summary>\n\n{fence}diff\n{body}\n{fence}"
    );
    if left_out > 0 {
        let _ = writeln!(
            out,
            "\n… and {left_out} more, left out for the size of this comment; `dcrsync plan` shows all."
        );
    }
    out.push_str("\n</details>\n\n");
}

/// The characters that may still be written.
struct Space(usize);

impl Space {
    /// Takes the space of an item and its line end, if there is so much.
    fn take(&mut self, item: &str) -> bool {
        match self.0.checked_sub(item.chars().count() + 1) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }
}

/// A text as a code span.
fn code(text: &str) -> String {
    let text = printable(text);
    let fence = "`".repeat(longest_run(&text) + 1);
    if text.contains('`') {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// The longest run of backticks; a fence must be longer to hold the text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}
