//! What is decided for each state that a run may find: the other ones are nobody's.

use jiff::{SignedDuration, Timestamp};

use crate::base::{Address, Secret};
use crate::engine::rotate::decide::{Decision, Refusal, Seen, decide};
use crate::engine::rotate::{Rotate, Stage};
use crate::kinds::client_secret::{Issued, Rotation};

const NOW: &str = "2026-11-23T12:00:00Z";

/// A secret named by its letter, issued at an hour of the day before `NOW`, or an hour ago.
fn issued(letter: &str, created: &str) -> Issued {
    Issued {
        id: letter.to_owned(),
        created: Some(created.parse().unwrap()),
        active: true,
        value: Some(Secret::new(letter)),
    }
}

fn inactive(one: Issued) -> Issued {
    Issued {
        active: false,
        ..one
    }
}

fn hidden(one: Issued) -> Issued {
    Issued { value: None, ..one }
}

const LONG_AGO: &str = "2026-01-01T00:00:00Z";
const YESTERDAY: &str = "2026-11-22T12:00:00Z";
const AN_HOUR_AGO: &str = "2026-11-23T11:00:00Z";

struct Case {
    issued: Vec<Issued>,
    kept: &'static str,
    works: bool,
    grace: i64,
    again: bool,
}

impl Case {
    fn decide(&self) -> Decision {
        let address: Address = "konnect.app.mobile".parse().unwrap();
        let ask = Rotate {
            address: &address,
            grace: SignedDuration::from_hours(self.grace),
            again: self.again,
            now: NOW.parse::<Timestamp>().unwrap(),
        };
        decide(
            &ask,
            &Seen {
                issued: &self.issued,
                kept: &Secret::new(self.kept),
                works: self.works,
            },
        )
    }
}

fn case(issued: Vec<Issued>, kept: &'static str) -> Case {
    Case {
        issued,
        kept,
        works: true,
        grace: 24,
        again: false,
    }
}

fn issue(room: &[&str]) -> Decision {
    let room = room.iter().map(|&id| id.to_owned()).collect();
    Decision::Do(Rotation::Issue { room })
}

fn retire(ids: &[&str]) -> Decision {
    let ids = ids.iter().map(|&id| id.to_owned()).collect();
    Decision::Do(Rotation::Retire { ids })
}

#[test]
fn the_only_one_is_joined_by_another() {
    let case = case(vec![issued("a", LONG_AGO)], "a");
    assert_eq!(case.decide(), issue(&[]));
}

#[test]
fn the_old_one_is_left_alone_within_the_grace_and_retired_after_it() {
    let mut case = case(vec![issued("a", LONG_AGO), issued("b", AN_HOUR_AGO)], "b");
    let until = "2026-11-24T11:00:00Z".parse().unwrap();
    assert_eq!(case.decide(), Decision::Wait(Stage::Wait(until)));
    case.grace = 1;
    assert_eq!(case.decide(), retire(&["a"]));
    case.grace = 0;
    assert_eq!(case.decide(), retire(&["a"]));
}

#[test]
fn the_grace_counts_from_the_new_one_and_not_from_the_old() {
    let case = case(vec![issued("a", LONG_AGO), issued("b", YESTERDAY)], "b");
    assert_eq!(case.decide(), retire(&["a"]));
}

#[test]
fn asked_again_the_old_one_makes_room_at_once() {
    let mut case = case(vec![issued("a", LONG_AGO), issued("b", AN_HOUR_AGO)], "b");
    case.again = true;
    assert_eq!(case.decide(), issue(&["a"]));
}

#[test]
fn one_that_was_issued_but_not_kept_is_kept() {
    let case = case(vec![issued("a", LONG_AGO), issued("b", AN_HOUR_AGO)], "a");
    let id = "b".to_owned();
    assert_eq!(case.decide(), Decision::Do(Rotation::Keep { id }));
}

#[test]
fn one_that_nobody_kept_within_the_grace_gives_way_to_a_fresh_one() {
    for newer in [issued("b", YESTERDAY), hidden(issued("b", YESTERDAY))] {
        let mut case = case(vec![issued("a", LONG_AGO), newer], "a");
        assert_eq!(case.decide(), issue(&["b"]));
        case.grace = 25;
        assert_ne!(case.decide(), issue(&["b"]));
    }
}

#[test]
fn a_newer_one_that_nobody_can_read_is_a_persons_affair() {
    let newer = hidden(issued("b", AN_HOUR_AGO));
    let case = case(vec![issued("a", LONG_AGO), newer], "a");
    assert_eq!(case.decide(), Decision::Refuse(Refusal::Hidden));
}

#[test]
fn an_inactive_newer_one_waits_for_its_end_like_an_old_one() {
    let newer = inactive(issued("b", AN_HOUR_AGO));
    let case = case(vec![issued("a", YESTERDAY), newer], "a");
    assert_eq!(case.decide(), retire(&["b"]));
}

#[test]
fn nothing_is_retired_unless_the_one_in_the_file_works() {
    for grace in [0, 24] {
        for again in [false, true] {
            let failing = |issued: Vec<Issued>, kept, works| Case {
                issued,
                kept,
                works,
                grace,
                again,
            };
            let both = || vec![issued("a", LONG_AGO), issued("b", YESTERDAY)];
            let off = || vec![issued("a", LONG_AGO), inactive(issued("b", YESTERDAY))];
            let veiled = || {
                vec![
                    hidden(issued("a", LONG_AGO)),
                    hidden(issued("b", YESTERDAY)),
                ]
            };
            for (case, why) in [
                (failing(both(), "b", false), Refusal::Fails),
                (failing(both(), "c", true), Refusal::Unknown),
                (failing(veiled(), "b", true), Refusal::Unknown),
                (failing(off(), "b", true), Refusal::Inactive),
                (failing(Vec::new(), "b", true), Refusal::Unknown),
            ] {
                assert_eq!(case.decide(), Decision::Refuse(why));
            }
        }
    }
}

#[test]
fn where_nobody_tells_the_time_only_no_grace_retires() {
    let untold = |one: Issued| Issued {
        created: None,
        ..one
    };
    let mut case = case(
        vec![
            untold(issued("a", LONG_AGO)),
            untold(issued("b", YESTERDAY)),
        ],
        "b",
    );
    assert_eq!(case.decide(), Decision::Wait(Stage::Done));
    case.grace = 0;
    assert_eq!(case.decide(), retire(&["a"]));
}
