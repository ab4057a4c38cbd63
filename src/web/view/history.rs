use maud::{Markup, html};

use super::difference::{by, severity};
use super::table::table;
use super::when::{exactly, seconds, when};
use super::{Look, address_of};
use crate::base::{Count, printable};
use crate::status::{AlertStatus, Difference, DocumentStatus, Happening, HistoryEntry, RunStatus};

/// What is shown of the past; `dcrsync history` has the rest.
const SHOWN: usize = 100;

const HEADS: [&str; 4] = ["When", "What", "Told", "By"];

/// What lasts and was told to somebody.
pub(super) fn alerts(look: &Look<'_>, document: Option<&str>) -> Markup {
    let of_it = |alert: &&AlertStatus| document.is_none_or(|name| alert.document == name);
    let alerting = &look.status.alerting;
    let firing: Vec<&AlertStatus> = alerting.firing.iter().filter(of_it).collect();
    html! {
        @if !firing.is_empty() {
            section #alerts aria-labelledby="alerts-head" {
                h2 #alerts-head { (Count::of(firing.len(), "alert")) }
                @for alert in firing {
                    div .note {
                        p {
                            (severity(alert.severity)) " "
                            @if document.is_none() { a href=(address_of(&alert.document)) { (alert.document) } ": " }
                            (printable(&alert.summary))
                        }
                        p .soft { "since " (when(alert.since, look.now)) " · " span .mono { (printable(&alert.key)) } }
                    }
                }
            }
        }
        @if document.is_none() && (alerting.waiting > 0 || alerting.refused > 0) {
            p .note {
                (alerting.waiting) " messages wait for their receivers, " (alerting.refused) " were refused by them."
            }
        }
    }
}

/// What happened to a document, the newest first.
pub(super) fn history(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    let shown = document.history.iter().take(SHOWN);
    html! {
        section #history aria-labelledby="history-head" {
            h2 #history-head { "History" }
            @if document.history.is_empty() {
                p .soft { "Nothing happened yet." }
            } @else {
                (table("history-table", "History", &HEADS, &html! {
                    @for entry in shown { (row(look, entry)) }
                }))
                @if document.history.len() > SHOWN {
                    p .soft { "Older ones: " code { "dcrsync history" } "." }
                }
            }
        }
    }
}

fn row(look: &Look<'_>, entry: &HistoryEntry) -> Markup {
    html! {
        tr {
            th scope="row" { (when(entry.at, look.now)) br; span .soft { (exactly(entry.at)) } }
            @match &entry.what {
                Happening::Run { run } => { (ran(run)) }
                Happening::Appeared { difference } => { (seen(difference, "appeared")) }
                Happening::Settled { difference, by_us } => {
                    (seen(difference, if *by_us { "mended by dcrsync" } else { "gone by itself" }))
                }
                Happening::Alerted { key, receiver, message, delivered } => {
                    td data-name="What" {
                        @if *delivered { "alert" } @else { strong .bad { "alert given up" } }
                        br; span .soft .mono { (printable(key)) }
                    }
                    td data-name="Told" { (printable(message)) }
                    td data-name="By" { span .soft { "to " (printable(receiver)) } }
                }
            }
        }
    }
}

fn ran(run: &RunStatus) -> Markup {
    let written = usize::try_from(run.written).unwrap_or(usize::MAX);
    html! {
        td data-name="What" { "run: " (run.outcome.as_str().replace('_', " ")) }
        td data-name="Told" {
            (printable(&run.message)) br;
            span .soft {
                (seconds(run.seconds)) " · "
                (Count::of(usize::try_from(run.requests).unwrap_or(usize::MAX), "request"))
                @if written > 0 { " · " (Count::of(written, "object")) " written" }
            }
        }
        td data-name="By" { span .soft { (run.trigger.as_str()) " · " span .mono { (printable(&run.id)) } } }
    }
}

fn seen(difference: &Difference, what: &str) -> Markup {
    html! {
        td data-name="What" {
            "difference " (what) br; span .mono { (printable(difference.address.as_str())) }
        }
        td data-name="Told" {
            (difference.action) " "
            @for (number, field) in difference.fields.iter().enumerate() {
                @if number > 0 { ", " } code { (field.name) }
            }
        }
        td data-name="By" { (by(difference.actor.as_ref())) }
    }
}
