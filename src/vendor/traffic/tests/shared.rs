use std::time::Duration;

use url::Url;

use crate::vendor::traffic::{Rate, Traffic, Wait};

#[test]
fn all_who_reach_one_origin_spend_one_budget() {
    let traffic = Traffic::default();
    let road = |url: &str, share| traffic.road(&Url::parse(url).unwrap(), share, 10);
    let one = road("https://acme.okta.com", 0.5);
    let other = road("https://acme.okta.com:443/any", 1.0);
    let rate = Rate {
        limit: 100,
        remaining: 50,
        ends_in: Duration::from_secs(9),
    };
    let spent = one.budget.spend("b", true, Duration::ZERO).unwrap();
    spent.answered(Some(rate), true, Duration::ZERO);
    drop(spent);
    let wait = other.budget.spend("b", true, Duration::ZERO).unwrap_err();
    assert_eq!(wait, Wait::Time(Duration::from_secs(9)));
    let elsewhere = road("https://other.okta.com", 0.5);
    assert!(elsewhere.budget.spend("b", true, Duration::ZERO).is_ok());
}

#[test]
fn the_smallest_share_decides() {
    let traffic = Traffic::default();
    let base = Url::parse("https://acme.okta.com").unwrap();
    let road = traffic.road(&base, 1.0, 10);
    traffic.road(&base, 0.1, 10);
    let spent = road.budget.spend("b", false, Duration::ZERO).unwrap();
    let rate = Rate {
        limit: 100,
        remaining: 99,
        ends_in: Duration::from_secs(9),
    };
    spent.answered(Some(rate), true, Duration::ZERO);
    drop(spent);
    assert_eq!(road.outlook(Duration::ZERO).buckets[0].usable, 10);
    assert_eq!(road.outlook(Duration::ZERO).buckets[0].left, 9);
}
