//! Reads that come late, and others who make the same thing in the same moment.

use std::collections::BTreeSet;

use dcrsync::engine::{EngineError, Silent, Stop};
use dcrsync::plan::{Action, RefusalKind};
use dcrsync::sandbox::{Effect, Fault, PathPattern};
use reqwest::Method;
use serde_json::json;

use crate::gone::ABSENT;
use crate::kinds::examples;
use crate::world::{TODAY, World, told};

const SCOPES: &str = "/api/v1/authorizationServers/default/scopes";

fn example(kind: &str) -> &'static str {
    let all = examples();
    all.iter().find(|(name, _)| *name == kind).unwrap().1
}

/// Lets so many answers to each list that was read since a request be those of last time.
fn stale(world: &World, since: u64, times: u32) {
    let read = world.since(since).into_iter();
    let paths: BTreeSet<String> = read
        .filter(|entry| entry.method == "GET" && entry.status == Some(200))
        .map(|entry| entry.path)
        .collect();
    assert!(paths.len() > 1, "{paths:?}");
    world.sandbox.arm(paths.iter().map(|path| Fault {
        method: Some("GET".to_owned()),
        path: Some(PathPattern::new(&format!("^{}$", regex::escape(path))).unwrap()),
        times: times.try_into().unwrap(),
        ..Fault::new(Effect::Stale)
    }));
}

/// Applies, and proves while each list is as it was before for so many reads; tells what is left over
/// by the last look.
async fn proved(world: &World, times: u32) -> String {
    let engine = world.engine();
    let before = world.last();
    let planned = engine.plan(TODAY).await.unwrap();
    assert!(!planned.plan.is_empty());
    let done = engine
        .apply(&planned, &Silent, &Stop::default())
        .await
        .unwrap();
    assert!(done.complete(), "{:?}", done.outcomes);
    let applied = world.last();
    stale(world, before, times);
    let rest = engine.prove(&planned, &done, TODAY).await.unwrap();
    let asked = world.since(applied);
    let late = |entry: &&dcrsync::sandbox::Entry| entry.fault.as_deref() == Some("stale");
    assert!(asked.iter().any(|entry| late(&entry)), "nothing came late");
    world.disarm().await;
    told(&rest.steps)
}

#[tokio::test]
async fn a_proof_waits_for_reads_that_come_late() {
    let mut world = World::new(example("konnect.app")).await;
    assert_eq!(proved(&world, 1).await, "", "made");
    world.is_settled().await;
    let changed = example("konnect.app").replace("display_name: Okta", "display_name: Okta 2");
    assert_ne!(changed, example("konnect.app"));
    world.says(&changed);
    assert_eq!(proved(&world, 2).await, "", "changed");
    world.is_settled().await;
    world.says(ABSENT);
    assert_eq!(proved(&world, 1).await, "", "deleted");
    world.is_settled().await;
}

#[tokio::test]
async fn a_read_that_stays_late_is_told_and_not_waited_for_for_ever() {
    let world = World::new(example("konnect.app")).await;
    let rest = proved(&world, 99).await;
    assert!(rest.contains("konnect.auth_strategy"), "{rest}");
    // nothing was lost by that
    world.is_settled().await;
}

#[tokio::test]
async fn a_list_that_comes_late_before_a_create_doubles_nothing() {
    for kind in ["konnect.app", "okta.client"] {
        let world = World::new(example(kind)).await;
        let before = world.last();
        let done = world.run().await.unwrap();
        assert!(done.complete(), "{:?}", done.outcomes);
        let made = world.dump().await;
        // the next run sees both vendors as they were before the first
        stale(&world, before, 1);
        let _ = world.run().await;
        world.disarm().await;
        world.converge().await;
        world.is_settled().await;
        assert_eq!(made.difference(&world.dump().await), "", "{kind}");
    }
}

#[tokio::test]
async fn what_okta_made_twice_is_refused_until_a_person_deletes_one() {
    let world = World::new(
        "okta: { authorization_servers: { default: { scopes: { a: { description: A } } } } }",
    )
    .await;
    world.sandbox.arm([Fault {
        method: Some("POST".to_owned()),
        path: Some(PathPattern::new("/scopes$").unwrap()),
        ..Fault::new(Effect::Duplicate)
    }]);
    let _ = world.run().await;
    assert!(world.disarm().await, "nothing was made twice");
    let before = world.last();
    let Err(EngineError::Refused(refusals)) = world.run().await else {
        panic!("not refused")
    };
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    assert_eq!(refusals[0].kind, RefusalKind::Ambiguous);
    let twins = world.dump().await;
    let twins = twins.named("okta default scopes", "a");
    for twin in &twins {
        let id = twin["id"].as_str().unwrap();
        assert!(refusals[0].message.contains(id), "{}", refusals[0]);
    }
    assert_eq!(twins.len(), 2);
    assert_eq!(world.writes_since(before), Vec::<String>::new());
    let one = format!("{SCOPES}/{}", twins[0]["id"].as_str().unwrap());
    world.write_okta(Method::DELETE, &one, &json!({})).await;
    world.converge().await;
    world.is_settled().await;
}

#[tokio::test]
async fn what_somebody_else_makes_first_is_adopted_and_never_doubled() {
    let world = World::new(
        "okta: { authorization_servers: { default: { scopes: { a: { description: A } } } } }",
    )
    .await;
    let engine = world.engine();
    let planned = engine.plan(TODAY).await.unwrap();
    let theirs = json!({ "name": "a", "description": "Theirs" });
    world.write_okta(Method::POST, SCOPES, &theirs).await;
    let done = engine.apply(&planned, &Silent, &Stop::default()).await;
    match done {
        Ok(done) => assert!(done.complete(), "{:?}", done.outcomes),
        // the list is read again before the first write
        Err(error) => assert!(matches!(error, EngineError::Incredible { .. }), "{error}"),
    }
    world.converge().await;
    world.is_settled().await;
    let dump = world.dump().await;
    let [scope] = dump.named("okta default scopes", "a")[..] else {
        panic!("not one scope")
    };
    assert_eq!(scope["description"], "A");
}

#[tokio::test]
async fn a_name_that_konnect_takes_twice_is_looked_for_before_it_is_made() {
    let strategy = "
konnect:
  auth_strategies:
    k: { strategy_type: key_auth, display_name: K, key_names: [k] }
";
    let world = World::new(strategy).await;
    let engine = world.engine();
    let planned = engine.plan(TODAY).await.unwrap();
    assert_eq!(planned.plan.count(Action::Create), 1);
    let other = World::engine(&world);
    let theirs = other.plan(TODAY).await.unwrap();
    let made = other.apply(&theirs, &Silent, &Stop::default()).await;
    assert!(made.unwrap().complete());
    let before = world.last();
    let refused = engine.apply(&planned, &Silent, &Stop::default()).await;
    let error = refused.expect_err("a second one was made");
    assert!(error.to_string().contains("strategies"), "{error}");
    assert_eq!(world.writes_since(before), Vec::<String>::new());
    world.is_settled().await;
    assert_eq!(world.dump().await.named("konnect strategies", "k").len(), 1);
}
