//! How many requests it takes: one per page of a collection and no other, one per write, and a proof
//! that reads only what was written. Counted by the vendors.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use dcrsync::sandbox::Entry;

use crate::world::World;

/// Reads by collection, and by `collection/ID` for single objects; none may come twice.
fn reads(entries: &[Entry]) -> BTreeMap<String, usize> {
    let mut seen = BTreeSet::new();
    let mut counts = BTreeMap::new();
    for entry in entries.iter().filter(|entry| entry.method == "GET") {
        assert!(seen.insert(&entry.path), "asked twice: {}", entry.path);
        let path = entry.path.split('?').next().unwrap();
        let mut segments = path.rsplit('/');
        let last = segments.next().unwrap();
        let is_id = last.contains(|c: char| c.is_ascii_digit());
        let name = if is_id {
            format!("{}/ID", segments.next().unwrap())
        } else {
            last.to_owned()
        };
        *counts.entry(name).or_default() += 1;
    }
    counts
}

fn writes(entries: &[Entry]) -> usize {
    let writes = entries.iter().filter(|entry| entry.method != "GET");
    writes.count()
}

fn counts<const N: usize>(expected: [(&str, usize); N]) -> BTreeMap<String, usize> {
    let expected = expected.into_iter();
    expected
        .map(|(name, count)| (name.to_owned(), count))
        .collect()
}

/// So many scopes and claims of one server; the first scope has this description.
fn scopes(scopes: usize, claims: usize, first: &str) -> String {
    let mut text = String::from("okta:\n  authorization_servers:\n    default:\n      scopes:\n");
    for n in 0..scopes {
        let description = if n == 0 { first } else { "one of many" };
        writeln!(text, "        many.{n}: {{ description: {description} }}").unwrap();
    }
    text.push_str("      claims:\n");
    for n in 0..claims {
        writeln!(text, "        many_{n}: {{ value: app.clientId }}").unwrap();
    }
    text
}

/// So many strategies; the first has this display name.
fn strategies(count: usize, first: &str) -> String {
    let mut text = String::from("konnect:\n  auth_strategies:\n");
    for n in 0..count {
        let name = if n == 0 { first } else { "API key" };
        let fields = format!("strategy_type: key_auth, display_name: {name}, key_names: [apikey]");
        writeln!(text, "    many-{n}: {{ {fields} }}").unwrap();
    }
    text
}

#[tokio::test]
async fn scopes_and_claims() {
    // Okta has scopes of its own besides: 207 are two pages of 200
    let mut world = World::new(&scopes(200, 20, "first")).await;
    let seen = world.last();
    world.converge().await;
    let made = world.since(seen);
    assert_eq!(writes(&made), 220, "one request for each");

    let seen = world.last();
    world.is_settled().await;
    let listed = counts([("authorizationServers", 1), ("scopes", 2), ("claims", 1)]);
    assert_eq!(reads(&world.since(seen)), listed);

    let seen = world.last();
    world.says(&scopes(200, 20, "changed")).converge().await;
    let changed = world.since(seen);
    let mut proved = listed;
    proved.insert("scopes/ID".to_owned(), 1);
    assert_eq!(
        reads(&changed),
        proved,
        "the written one alone is read again"
    );
    assert_eq!(writes(&changed), 1);
}

#[tokio::test]
async fn strategies_by_the_page() {
    // Konnect has one of its own besides: 101 are two pages of 100
    let mut world = World::new(&strategies(100, "first")).await;
    let seen = world.last();
    world.converge().await;
    let made = world.since(seen);
    assert_eq!(writes(&made), 100, "one request for each");
    let lists = made.iter().filter(|entry| entry.method == "GET");
    let konnect = lists.filter(|entry| entry.path.contains("strategies"));
    // names of strategies need not be unique, so the list is read once more before the first is made
    assert_eq!(
        konnect.count(),
        1 + 1 + 2,
        "a page before, twice; two to prove it"
    );

    let seen = world.last();
    world.says(&strategies(100, "changed")).converge().await;
    // nothing is asked of Okta: a key has no scopes
    let strategies = "application-auth-strategies";
    let one = format!("{strategies}/ID");
    let expected = counts([(strategies, 2), (&one, 1)]);
    assert_eq!(reads(&world.since(seen)), expected);
}

#[tokio::test]
async fn a_delete_asks_only_for_what_was_not_read_yet() {
    let body = |state: &str| {
        format!(
            "
konnect:
  auth_strategies:
    keys: {{ strategy_type: key_auth, display_name: API key, key_names: [apikey]{state} }}
"
        )
    };
    let mut world = World::settled(&body("")).await;
    let seen = world.last();
    let planned = world.says(&body(", state: absent")).plan().await;
    assert_eq!(planned.plan.steps.len(), 1);
    // `reads` sees to it that nothing was asked for twice
    let listed = reads(&world.since(seen));
    for collection in ["application-auth-strategies", "api-publications", "portals"] {
        assert_eq!(listed[collection], 1, "{listed:?}");
    }
}
