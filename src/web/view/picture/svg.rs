use std::fmt::Write as _;

use maud::{Markup, html};

use super::super::value::cut;
use super::layers::layers;
use super::mark;
use super::nodes::Node;

/// The size of a box, and the room between two, in pixels.
const WIDTH: usize = 196;
const HEIGHT: usize = 44;
const BETWEEN_COLUMNS: usize = 56;
const BETWEEN_ROWS: usize = 14;

/// Letters that fit into a box: of the title, and of the smaller line below.
const LETTERS: usize = 22;
const SMALL_LETTERS: usize = 25;

/// Draws boxes in columns and a line from each to those that need it.
pub(super) fn svg(nodes: &[Node], description: &str) -> Markup {
    let columns = layers(nodes);
    let rows = columns.iter().map(Vec::len).max().unwrap_or_default();
    let width = columns.len() * (WIDTH + BETWEEN_COLUMNS) - BETWEEN_COLUMNS.min(WIDTH);
    let height = rows * (HEIGHT + BETWEEN_ROWS);
    let places = places(nodes.len(), &columns, height);
    let place = |number: usize| places.get(number).copied().unwrap_or_default();
    html! {
        svg .picture role="img" aria-labelledby="picture-title picture-description"
            width=(width + 4) height=(height) viewBox={ "-2 0 " (width + 4) " " (height) } {
            title #picture-title { "What depends on what" }
            desc #picture-description { (description) }
            @for (number, node) in nodes.iter().enumerate() {
                @for needed in &node.needs { path .edge d=(edge(place(*needed), place(number))) {} }
            }
            @for (number, node) in nodes.iter().enumerate() { (boxed(node, place(number))) }
        }
    }
}

/// The upper left corner of each box; each column stands in the middle.
fn places(count: usize, columns: &[Vec<usize>], height: usize) -> Vec<(usize, usize)> {
    let mut places = vec![(0, 0); count];
    for (column, numbers) in columns.iter().enumerate() {
        let free = height.saturating_sub(numbers.len() * (HEIGHT + BETWEEN_ROWS)) / 2;
        for (row, number) in numbers.iter().enumerate() {
            let x = column * (WIDTH + BETWEEN_COLUMNS);
            let y = free + BETWEEN_ROWS / 2 + row * (HEIGHT + BETWEEN_ROWS);
            if let Some(place) = places.get_mut(*number) {
                *place = (x, y);
            }
        }
    }
    places
}

fn edge(from: (usize, usize), to: (usize, usize)) -> String {
    let (x1, y1) = (from.0 + WIDTH, from.1 + HEIGHT / 2);
    let (x2, y2) = (to.0, to.1 + HEIGHT / 2);
    let bend = BETWEEN_COLUMNS / 2;
    let mut path = String::new();
    // writing to a string cannot fail
    let _ = write!(
        path,
        "M{x1} {y1}C{} {y1} {} {y2} {x2} {y2}",
        x1 + bend,
        x2.saturating_sub(bend)
    );
    path
}

fn boxed(node: &Node, (x, y): (usize, usize)) -> Markup {
    let middle = y + (HEIGHT - mark::SIZE) / 2;
    html! {
        g {
            title { (node.whole) ": " (mark::name(node.state)) }
            rect .box x=(x) y=(y) width=(WIDTH) height=(HEIGHT) rx="6" {}
            (mark::at(node.state, x + 10, middle))
            text x=(x + 40) y=(y + 19) { (cut(&node.title, LETTERS)) }
            text .small x=(x + 40) y=(y + 35) { (cut(&node.below, SMALL_LETTERS)) }
        }
    }
}
