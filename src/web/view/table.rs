use maud::{Markup, html};

/// A table that can be scrolled, with the keyboard too.
///
/// `name` is its id and tells screen readers what it is about; with `folds` each row becomes a block
/// on a narrow screen, for which its cells say the name of their column.
pub(super) fn table(id: &str, name: &str, folds: bool, heads: &[&str], rows: Markup) -> Markup {
    html! {
        div .scroll #(id) role="group" aria-label=(name) tabindex="0" {
            table .folds[folds] {
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody { (rows) }
            }
        }
    }
}
