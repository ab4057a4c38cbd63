use maud::{Markup, html};

use crate::status::ObjectState;

/// The side of a mark, in pixels.
pub(super) const SIZE: usize = 20;

/// The state in words.
pub(super) fn name(state: ObjectState) -> &'static str {
    match state {
        ObjectState::InSync => "in sync",
        ObjectState::Pending => "pending",
        ObjectState::Drifted => "drifted",
        ObjectState::Missing => "missing",
        ObjectState::Surplus => "has to go",
        ObjectState::Unknown => "not looked at yet",
    }
}

/// The state's colour, outline and letter: any of them suffices.
struct Sign {
    tone: &'static str,
    outline: &'static str,
    letter: &'static str,
}

fn sign(state: ObjectState) -> Sign {
    let (tone, outline, letter) = match state {
        // a circle
        ObjectState::InSync => ("fine", "M10 1a9 9 0 1 0 0 18a9 9 0 1 0 0-18z", "="),
        // a square
        ObjectState::Pending => ("wait", "M2 2h16v16h-16z", "P"),
        // a triangle
        ObjectState::Drifted => ("warn", "M10 0.5l9.5 18h-19z", "D"),
        // a diamond
        ObjectState::Missing => ("bad", "M10 0l10 10l-10 10l-10-10z", "M"),
        // a hexagon
        ObjectState::Surplus => ("bad", "M5 1.5h10l5 8.5l-5 8.5h-10l-5-8.5z", "S"),
        // a flat box
        ObjectState::Unknown => ("idle", "M1 4h18v12h-18z", "?"),
    };
    Sign {
        tone,
        outline,
        letter,
    }
}

/// The mark at a place of a picture.
pub(super) fn at(state: ObjectState, x: usize, y: usize) -> Markup {
    let sign = sign(state);
    let letter_y = if state == ObjectState::Drifted {
        17
    } else {
        14
    };
    html! {
        g .(sign.tone) transform={ "translate(" (x) " " (y) ")" } {
            path .mark d=(sign.outline) {}
            text .letter x="10" y=(letter_y) { (sign.letter) }
        }
    }
}

/// The mark alone, for the legend.
pub(super) fn alone(state: ObjectState) -> Markup {
    html! {
        svg width=(SIZE) height=(SIZE) viewBox="-1 -1 22 22" aria-hidden="true" { (at(state, 0, 0)) }
    }
}
