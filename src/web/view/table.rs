use maud::{Markup, html};

/// A table that can be scrolled, with the keyboard too.
///
/// `name` tells screen readers what it is about. On a narrow screen each row becomes a block, for which
/// its cells say the name of their column in `data-name`.
pub(super) fn table(id: &str, name: &str, heads: &[&str], rows: &Markup) -> Markup {
    html! {
        div .scroll #(id) role="group" aria-label=(name) tabindex="0" {
            table .folds {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { (rows) }
            }
        }
    }
}
