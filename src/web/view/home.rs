use maud::{Markup, html};

use super::layout::page;
use super::when::when_or;
use super::{Look, address_of, budgets, health, history};
use crate::base::Count;
use crate::status::DocumentStatus;

/// All documents at a glance.
pub(in super::super) fn home(look: &Look<'_>) -> Markup {
    let status = look.status;
    let troubled = status.documents.iter().filter(|it| !it.health.is_fine());
    let troubled = troubled.count();
    let title = match troubled {
        0 => "All is well".to_owned(),
        1 => "1 document needs a look".to_owned(),
        more => format!("{more} documents need a look"),
    };
    let content = html! {
        h1 { (title) }
        @if status.documents.is_empty() {
            p { "No document is watched yet." }
        } @else {
            ul .documents { @for document in &status.documents { (card(look, document)) } }
        }
        (history::alerts(look, None))
        (budgets::budgets(look, None))
    };
    page(look, &title, None, &content)
}

fn card(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    let words = health::words(document.health);
    let objects = Count::of(document.objects.len(), "object");
    html! {
        li {
            h2 { a href=(address_of(&document.name)) { (document.name) } }
            p { (health::mark(document.health)) @if document.running { span .soft { " · looking now" } } }
            p { (words.means) }
            p .soft {
                (objects) " · " (Count::of(document.differences.len(), "difference"))
                " · in sync " (when_or(document.last_in_sync, look.now, "never since the start"))
            }
            @if document.hold.is_some() { p .soft { "Nothing is written at present." } }
        }
    }
}
