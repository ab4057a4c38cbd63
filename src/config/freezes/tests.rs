//! Facts by hand: in Europe/Berlin clocks go from 02:00 to 03:00 on 2026-03-29 and from 03:00 to 02:00 on
//! 2026-10-25, both at 01:00 UTC.

use jiff::Timestamp;

use super::*;
use crate::base::{Span, Spanned};
use crate::config::Interval;

fn freeze(cron: &str, duration: &str, zone: Option<&str>) -> Freeze {
    let spanned = |text: &str| Spanned::new(text.to_owned(), Span::default());
    Freeze {
        cron: spanned(cron),
        duration: Interval::parse(duration).unwrap(),
        time_zone: zone.map(spanned),
        reason: Some(cron.to_owned()),
    }
}

fn freezes(all: &[(&str, &str, Option<&str>)]) -> Freezes {
    let all: Vec<Freeze> = all
        .iter()
        .map(|(cron, duration, zone)| freeze(cron, duration, *zone))
        .collect();
    Freezes::parse(&all).unwrap()
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn until(freezes: &Freezes, now: &str) -> Option<String> {
    freezes.holding(at(now)).map(|it| it.until.to_string())
}

/// Holds from the first moment to the last, and neither before nor after.
#[track_caller]
fn assert_window(freezes: &Freezes, begin: &str, end: &str) {
    let (begin, end) = (at(begin), at(end));
    let second = jiff::SignedDuration::from_secs(1);
    assert_eq!(freezes.holding(begin - second), None, "before");
    for moment in [begin, end - second] {
        let held = freezes.holding(moment).map(|held| held.until);
        assert_eq!(held, Some(end), "at {moment}");
    }
    assert_eq!(freezes.holding(end), None, "after");
}

const BERLIN: Option<&str> = Some("Europe/Berlin");

#[test]
fn a_weekend_is_held_by_the_clock_on_the_wall() {
    let weekend = freezes(&[("0 18 * * FRI", "62h", BERLIN)]);
    assert_window(&weekend, "2026-02-06T17:00:00Z", "2026-02-09T07:00:00Z");
    assert_window(&weekend, "2026-07-03T16:00:00Z", "2026-07-06T06:00:00Z");
}

#[test]
fn its_length_does_not_change_when_the_clocks_do() {
    let weekend = freezes(&[("0 18 * * FRI", "62h", BERLIN)]);
    assert_window(&weekend, "2026-03-27T17:00:00Z", "2026-03-30T07:00:00Z");
    assert_window(&weekend, "2026-10-23T16:00:00Z", "2026-10-26T06:00:00Z");
}

#[test]
fn a_beginning_that_is_leapt_over_is_not_lost() {
    let nightly = freezes(&[("30 2 * * *", "1h", BERLIN)]);
    assert_window(&nightly, "2026-03-28T01:30:00Z", "2026-03-28T02:30:00Z");
    assert_window(&nightly, "2026-03-29T01:30:00Z", "2026-03-29T02:30:00Z");
    assert_window(&nightly, "2026-03-30T00:30:00Z", "2026-03-30T01:30:00Z");
}

#[test]
fn a_beginning_that_comes_twice_counts_once() {
    let nightly = freezes(&[("30 2 * * *", "1h", BERLIN)]);
    assert_window(&nightly, "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z");
    assert_window(&nightly, "2026-10-26T01:30:00Z", "2026-10-26T02:30:00Z");
}

#[test]
fn a_later_time_of_the_wall_may_be_an_earlier_moment() {
    // 02:30 is leapt over and becomes 03:30; 03:00 is before it
    let both = freezes(&[("0 3 * * *", "15m", BERLIN), ("30 2 * * *", "15m", BERLIN)]);
    assert_window(&both, "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z");
    let one = freezes(&[("0,30 2,3 * * *", "15m", BERLIN)]);
    assert_window(&one, "2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z");
}

#[test]
fn windows_that_overlap_or_touch_are_one() {
    let three = freezes(&[
        ("0 10 * * *", "2h", None),
        ("0 11 * * *", "3h", None),
        ("0 14 * * *", "30m", None),
    ]);
    assert_window(&three, "2026-02-06T10:00:00Z", "2026-02-06T14:30:00Z");
    // one that lies within another ends with it
    let within = freezes(&[("0 10 * * *", "1h", None), ("0 9 * * *", "5h", None)]);
    assert_window(&within, "2026-02-06T09:00:00Z", "2026-02-06T14:00:00Z");
    let held = within.holding(at("2026-02-06T10:30:00Z")).unwrap();
    assert_eq!(held.reason.as_deref(), Some("0 10 * * *"));
}

#[test]
fn freezes_that_fill_all_time_hold_at_any_time() {
    let all = freezes(&[("0 0 * * *", "13h", None), ("0 12 * * *", "13h", None)]);
    let end = until(&all, "2026-02-06T10:00:00Z").unwrap();
    assert!(at(&end) > at("2026-03-01T00:00:00Z"), "{end}");
}

#[test]
fn days_that_come_seldom_come() {
    let leap = freezes(&[("0 0 29 2 *", "24h", None)]);
    assert_window(&leap, "2028-02-29T00:00:00Z", "2028-03-01T00:00:00Z");
    let last = freezes(&[("0 0 L * *", "24h", BERLIN)]);
    assert_window(&last, "2026-04-29T22:00:00Z", "2026-04-30T22:00:00Z");
}

fn refused(cron: &str, duration: &str, zone: Option<&str>) -> String {
    let good = freeze("0 0 * * *", "1h", None);
    let error = Freezes::parse(&[good, freeze(cron, duration, zone)]).unwrap_err();
    assert_eq!(error.index, 1);
    error.what.to_string()
}

#[test]
fn what_makes_no_sense_is_refused() {
    for (cron, duration, zone, wanted) in [
        (
            "0 25 * * *",
            "1h",
            None,
            "`0 25 * * *` is no cron expression of five fields",
        ),
        (
            "0 18 * *",
            "1h",
            None,
            "`0 18 * *` is no cron expression of five fields",
        ),
        ("", "1h", None, "`` is no cron expression of five fields"),
        (
            "0 18 * * * UTC",
            "1h",
            None,
            "`0 18 * * * UTC` is no cron expression of five fields",
        ),
        (
            "0 0 31 2 *",
            "1h",
            None,
            "`0 0 31 2 *` never comes within four years",
        ),
        (
            "0 0 * * *",
            "1h",
            Some("Europe/Atlantis"),
            "`Europe/Atlantis` is no time zone of the IANA database",
        ),
        (
            "0 0 * * *",
            "25h",
            None,
            "a freeze of 25h that begins again after 1d never ends",
        ),
        (
            "0 0 * * *",
            "24h",
            None,
            "a freeze of 1d that begins again after 1d never ends",
        ),
        (
            "* * * * *",
            "2m",
            None,
            "a freeze of 2m that begins again after 1m never ends",
        ),
        (
            "0 0 1,L * *",
            "2d",
            None,
            "a freeze of 2d that begins again after 1d never ends",
        ),
        (
            "59 23,0 1,L * *",
            "90m",
            None,
            "a freeze of 90m that begins again after 1h never ends",
        ),
    ] {
        assert_eq!(refused(cron, duration, zone), wanted);
    }
}
