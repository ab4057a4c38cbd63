//! What depends on what: from left to right, each object after those that it needs.

mod layers;
mod mark;
mod nodes;
mod svg;

#[cfg(test)]
mod tests;

use maud::{Markup, html};

use super::table::table;
use crate::base::{Count, printable};
use crate::status::{DocumentStatus, ObjectState, ObjectStatus};

/// From so many objects on, one box stands for all of a kind.
const CROWD: usize = 60;

const HEADS: [&str; 3] = ["Object", "State", "Needs"];

/// The picture, its legend, and the same as a table.
pub(super) fn picture(document: &DocumentStatus) -> Markup {
    let objects = &document.objects;
    if objects.is_empty() {
        return html! {};
    }
    let nodes = if objects.len() < CROWD {
        nodes::of_objects(objects)
    } else {
        nodes::of_kinds(objects)
    };
    html! {
        section #objects aria-labelledby="objects-head" {
            h2 #objects-head { (Count::of(objects.len(), "object")) }
            div .scroll #objects-picture role="group" aria-label="Dependencies" tabindex="0" {
                (svg::svg(&nodes, &description(objects)))
            }
            ul .legend aria-label="Signs" {
                @for state in ObjectState::ALL { li { (mark::alone(state)) (mark::name(state)) } }
            }
            details #objects-all {
                summary #objects-summary { "The same as a table" }
                (table("objects-table", "Objects", &HEADS, &html! {
                    @for object in objects { (row(object)) }
                }))
            }
        }
    }
}

fn row(object: &ObjectStatus) -> Markup {
    html! {
        tr {
            th scope="row" .mono { (printable(object.address.as_str())) }
            td data-name="State" { (mark::name(object.state)) }
            td data-name="Needs" {
                @if object.needs.is_empty() { span .soft { "nothing" } }
                @for (number, needed) in object.needs.iter().enumerate() {
                    @if number > 0 { ", " } span .mono { (printable(needed.as_str())) }
                }
            }
        }
    }
}

/// What a screen reader says of the picture.
fn description(objects: &[ObjectStatus]) -> String {
    let states = ObjectState::ALL.into_iter().filter_map(|state| {
        let count = objects.iter().filter(|it| it.state == state).count();
        (count > 0).then(|| format!("{count} {}", mark::name(state)))
    });
    let states = states.collect::<Vec<_>>().join(", ");
    format!("{states}. The table below has each object with what it needs.")
}
