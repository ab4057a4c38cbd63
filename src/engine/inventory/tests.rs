//! What is said of an age, and when it is too old.

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::tokens::tell;
use super::{Holding, Since};

fn at(time: &str) -> Timestamp {
    time.parse().unwrap()
}

fn holding(since: Since) -> Holding {
    Holding {
        since,
        ..Holding::new("okta", "token", "env:TOKEN".to_owned())
    }
}

const NOW: &str = "2026-11-23T12:00:00Z";

#[test]
fn an_age_is_told_as_far_as_it_is_known() {
    let now = at(NOW);
    let ten = at("2026-11-13T12:00:00Z");
    assert_eq!(Since::Exactly(ten).told(now), "10 days");
    assert_eq!(Since::AtLeast(ten).told(now), "at least 10 days");
    assert_eq!(Since::Unknown.told(now), "not known");
    assert_eq!(
        Since::Exactly(at("2026-11-22T11:00:00Z")).told(now),
        "1 day"
    );
}

#[test]
fn only_what_is_surely_too_old_is_too_old() {
    let limit = SignedDuration::from_hours(10 * 24);
    let (now, older) = (at(NOW), at("2026-11-13T11:59:59Z"));
    assert!(holding(Since::Exactly(older)).is_older(limit, now));
    assert!(holding(Since::AtLeast(older)).is_older(limit, now));
    let just = at("2026-11-13T12:00:00Z");
    assert!(!holding(Since::Exactly(just)).is_older(limit, now));
    assert!(!holding(Since::Unknown).is_older(limit, now));
}

#[test]
fn one_token_of_a_user_is_the_one_and_of_several_none_is() {
    let token = |created: &str, ends: &str| json!({ "created": created, "expiresAt": ends });
    let (one, other) = (
        token("2026-11-02T14:47:13.000Z", "2026-12-02T14:47:13.000Z"),
        token("2026-11-20T00:00:00.000Z", "2026-12-20T00:00:00.000Z"),
    );
    let mut alone = holding(Since::Unknown);
    tell(std::slice::from_ref(&one), &mut alone);
    assert_eq!(alone.since, Since::Exactly(at("2026-11-02T14:47:13Z")));
    assert_eq!(alone.expires, Some(at("2026-12-02T14:47:13Z")));
    let mut several = holding(Since::AtLeast(at(NOW)));
    tell(&[other, one], &mut several);
    assert_eq!(several.since, Since::AtLeast(at(NOW)));
    assert_eq!(several.expires, None);
    assert_eq!(
        several.notes,
        [
            "its user has 2 tokens, and Okta does not tell which one this is; the first of them ends on 2026-12-02"
        ]
    );
}

#[test]
fn what_ended_or_cannot_be_used_is_broken() {
    let now = at(NOW);
    let mut one = holding(Since::Unknown);
    assert!(!one.is_broken(now));
    one.expires = Some(at("2026-11-23T11:59:59Z"));
    assert!(one.is_broken(now));
    let mut one = holding(Since::Unknown);
    one.problem = Some("Okta has no such secret".to_owned());
    assert!(one.is_broken(now));
    // a plan shows that, and an apply mends it
    let mut one = holding(Since::Unknown);
    one.in_step = Some(false);
    assert!(!one.is_broken(now));
}
