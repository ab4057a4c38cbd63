use maud::{Markup, html};

use super::layout::page;
use super::when::{seconds, when, when_or};
use super::{Look, address_of, budgets, difference, health, history, picture, secrets};
use crate::base::{Count, printable};
use crate::status::DocumentStatus;

/// One document. `token` proves that this process wrote the form; `asked` tells that it was just used.
pub(in super::super) fn document(
    look: &Look<'_>,
    document: &DocumentStatus,
    token: &str,
    asked: bool,
) -> Markup {
    let words = health::words(document.health);
    let content = html! {
        h1 { (document.name) }
        @if asked { p .note #asked { "A check was asked for; what it finds appears here." } }
        div .lead .(words.tone) {
            span .health data-sign=(words.sign) { (words.name) }
            p { (words.means) " " (health::remedy(document)) }
            @if let Some(trouble) = &document.trouble {
                @for line in trouble.lines() { p .mono { (printable(line)) } }
            }
        }
        @if let Some(hold) = &document.hold { (health::hold(hold, look.now)) }
        (check_now(document, token))
        (history::alerts(look, Some(&document.name)))
        (difference::differences(look, document))
        (facts(look, document))
        (picture::picture(document))
        (secrets::secrets(look, document))
        (budgets::budgets(look, Some(document)))
        (history::history(look, document))
    };
    let title = format!("{}: {}", document.name, words.name);
    page(look, &title, Some(&document.name), &content)
}

fn check_now(document: &DocumentStatus, token: &str) -> Markup {
    html! {
        form method="post" action={ (address_of(&document.name)) "/check" } data-ask {
            input type="hidden" name="token" value=(token);
            @if document.leads {
                button #check type="submit" { "Check now" }
                @if document.running { span #running .soft { "A run is under way." } }
            } @else {
                button #check type="submit" disabled { "Check now" }
                span .soft { "Another replica works on this document; ask that one." }
            }
        }
    }
}

fn facts(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    let mode = if document.applies {
        "apply: drift is brought back"
    } else {
        "detect: nothing is written"
    };
    html! {
        h2 { "Runs and files" }
        dl .facts {
            (fact("In sync", &when_or(document.last_in_sync, look.now, "never since the start")))
            (fact("Read without an error", &when_or(document.last_success, look.now, "never since the start")))
            (fact("Next look", &when_or(document.next_run, look.now, "not planned")))
            (fact("Last run", &last_run(look, document)))
            (fact("Runs since the start", &html! { (document.runs.total()) }))
            (fact("Mode", &html! { (mode) }))
            (fact("Files", &html! { @for file in &document.files { code { (printable(file)) } " " } }))
            (fact("Organisations", &html! { @for origin in &document.organisations { code { (origin) } " " } }))
            @if let Some(digest) = &document.digest {
                (fact("Digest in force", &html! { code title=(digest) { (digest.get(..12).unwrap_or(digest)) } }))
            }
        }
    }
}

fn last_run(look: &Look<'_>, document: &DocumentStatus) -> Markup {
    html! {
        @match &document.last_run {
            Some(run) => {
                (when(run.started, look.now)) ", " (seconds(run.seconds)) ", "
                (Count::of(usize::try_from(run.requests).unwrap_or(usize::MAX), "request"))
                ": " (printable(&run.message))
            }
            None => { "none yet" }
        }
    }
}

fn fact(name: &str, content: &Markup) -> Markup {
    html! { div { dt { (name) } dd { (content) } } }
}
