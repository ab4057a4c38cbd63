use maud::{DOCTYPE, Markup, html};

use super::super::assets;
use super::{Look, address_of, health};
use crate::base::Count;

/// A whole page. `here` is the document that it is about.
pub(super) fn page(look: &Look<'_>, title: &str, here: Option<&str>, content: &Markup) -> Markup {
    let status = look.status;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · dcrsync" }
                // an icon that needs no request
                link rel="icon" href="data:,";
                link rel="stylesheet" href=(assets::style());
                script src=(assets::script()) defer {}
            }
            body {
                a .skip href="#main" { "To the content" }
                header {
                    a .name href="/" { "dcrsync" }
                    nav aria-label="Documents" {
                        ul {
                            @for document in &status.documents {
                                li {
                                    a href=(address_of(&document.name))
                                        aria-current=[(here == Some(document.name.as_str())).then_some("page")] {
                                        (document.name)
                                    }
                                }
                            }
                        }
                    }
                    span #line hidden { "connecting" }
                    a #refresh href="" { "Refresh" }
                }
                p #said .visually-hidden role="status" aria-live="polite" {}
                main #main tabindex="-1" data-version=(look.version) data-summary=(summary(look)) { (content) }
                footer {
                    "dcrsync " (status.version) " · " (status.instance) " · since "
                    (super::when::exactly(status.started)) " · "
                    a href="/api/v1/status" { "JSON" } " · " a href="/metrics" { "metrics" }
                }
            }
        }
    }
}

/// What is read out when it changes.
fn summary(look: &Look<'_>) -> String {
    let documents = look.status.documents.iter().map(|document| {
        let name = health::words(document.health).name;
        let differing = Count::of(document.differences.len(), "difference");
        format!("{}: {name}, {differing}", document.name)
    });
    documents.collect::<Vec<_>>().join(". ")
}

/// The page of what is nowhere.
pub(in super::super) fn nothing_here(look: &Look<'_>) -> Markup {
    let content = html! {
        h1 { "Nothing is here" }
        p { "No document of this name is watched, or the address is wrong." }
        p { a href="/" { "All documents" } }
    };
    page(look, "Nothing is here", None, &content)
}
