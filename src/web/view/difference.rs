use maud::{Markup, html};

use super::Look;
use super::table::table;
use super::value::value;
use super::when::{times, when};
use crate::base::{Count, Urgency, printable};
use crate::plan::Action;
use crate::status::{Actor, Difference, DocumentStatus, FieldDifference, Moved, Place};

const HEADS: [&str; 8] = [
    "Object",
    "Field",
    "The document wants",
    "Live",
    "Changed",
    "By",
    "When",
    "Seen",
];

/// What is not as the document says: each field, and the plan that would mend it.
pub(super) fn differences(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    html! {
        section #differences aria-labelledby="differences-head" {
            h2 #differences-head { (Count::of(document.differences.len(), "difference")) }
            @if document.differences.is_empty() {
                p .soft { "None is known." }
            } @else {
                (table(
                    "differences-table",
                    "Differences",
                    &HEADS,
                    &html! { @for it in &document.differences { (rows(look, it)) } },
                ))
            }
            @if let Some(plan) = document.plan.as_deref().filter(|plan| !plan.trim().is_empty()) {
                h3 { "The plan that would mend it" }
                (plan_text(plan))
            }
        }
    }
}

/// A row for each field, or one for the whole object.
fn rows(look: &Look<'_>, difference: &Difference) -> Markup {
    html! {
        @if difference.fields.is_empty() || difference.action != Action::Update {
            (row(look, difference, None))
        } @else {
            @for field in &difference.fields { (row(look, difference, Some(field))) }
        }
    }
}

fn row(look: &Look<'_>, difference: &Difference, field: Option<&FieldDifference>) -> Markup {
    let place = field
        .and_then(|field| field.place.as_ref())
        .or(difference.place.as_ref());
    html! {
        tr {
            th scope="row" {
                span .mono { (printable(difference.address.as_str())) }
                br; (severity(difference.severity)) " " (line(place))
            }
            @match field {
                Some(field) if field.sensitive => {
                    (cell("Field", &html! { code { (field.name) } }))
                    (cell("The document wants", &html! { span .soft { "not shown" } }))
                    (cell("Live", &html! { span .soft { "another one" } }))
                }
                Some(field) => {
                    (cell("Field", &html! { code { (field.name) } }))
                    (cell("The document wants", &value(&field.wanted)))
                    (cell("Live", &value(&field.live)))
                }
                None => {
                    (cell("Field", &html! { span .soft { "the whole" } }))
                    (cell("The document wants", &html! { (whole(difference).0) }))
                    (cell("Live", &html! { (whole(difference).1) }))
                }
            }
            (cell("Changed", &html! { (moved(difference.moved)) }))
            (cell("By", &by(difference.actor.as_ref())))
            (cell("When", &html! {
                @match &difference.actor { Some(actor) => { (when(actor.at, look.now)) } None => { span .soft { "not known" } } }
            }))
            (cell("Seen", &html! {
                "since " (when(difference.since, look.now))
                @if difference.times > 1 { ", " (times(difference.times)) }
            }))
        }
    }
}

/// What is wanted and what is live of a whole object.
fn whole(difference: &Difference) -> (&'static str, &'static str) {
    match difference.action {
        Action::Create => ("there", "missing"),
        Action::Adopt => ("ours", "nobody's"),
        Action::Update => ("as declared", "different"),
        Action::Replace => ("made anew", "different"),
        Action::Delete => ("gone", "there"),
    }
}

fn cell(name: &str, content: &Markup) -> Markup {
    html! { td data-name=(name) { (content) } }
}

fn moved(moved: Moved) -> &'static str {
    match moved {
        Moved::Document => "the document",
        Moved::Live => "live",
        Moved::Both => "both",
        Moved::Unknown => "not known",
    }
}

/// Who did it.
pub(super) fn by(actor: Option<&Actor>) -> Markup {
    html! {
        @match actor {
            None => { span .soft { "not known" } }
            Some(actor) => {
                (printable(&actor.name))
                @if actor.login != actor.name { br; span .soft { (printable(&actor.login)) } }
                @if let Some(ip) = &actor.ip { br; span .soft { "from " (printable(ip)) } }
                br; span .soft .mono { (printable(&actor.event)) }
            }
        }
    }
}

/// How grave something is, as a word.
pub(super) fn severity(severity: Urgency) -> Markup {
    let tone = match severity {
        Urgency::Info => "idle",
        Urgency::Warning => "warn",
        Urgency::Critical => "bad",
    };
    html! { strong .(tone) { (severity.as_str()) } }
}

/// Where it is declared.
fn line(place: Option<&Place>) -> Markup {
    html! {
        @if let Some(place) = place {
            span .soft title=(place) { (printable(&place.file)) ":" (place.line) }
        }
    }
}

/// The plan as the terminal has it; lines that add and take are marked, their sign stays.
fn plan_text(plan: &str) -> Markup {
    html! {
        div .scroll .tall #plan role="group" aria-label="Plan" tabindex="0" {
            pre {
                @for line in plan.lines() {
                    @match line.trim_start().chars().next() {
                        Some('+') => { span .added { (printable(line)) } }
                        Some('-') => { span .taken { (printable(line)) } }
                        Some('~') => { span .changed { (printable(line)) } }
                        _ => { (printable(line)) }
                    }
                    "\n"
                }
            }
        }
    }
}
