//! A saved plan runs only as long as what it was made from is still so.

use super::kinds::{PROVIDER, SCOPE, SERVER};
use super::scene::{Scene, Wish, address, map, text, want};
use crate::base::{Fingerprint, Value};
use crate::plan::{Live, Owner, Plan, SavedPlan, SavedStep, Stale};

fn scene() -> Scene {
    Scene::of([
        want(SERVER, "default"),
        want(SCOPE, "default/read").with("description", "Reads"),
        want(SCOPE, "default/write").with("description", "Writes"),
        want(PROVIDER, "okta")
            .with("flavour", "plain")
            .with("token", Value::Fingerprint(Fingerprint("one".to_owned()))),
    ])
    .settled()
    .live("shop.scope.default/read", |live| {
        live.fields.insert("description", text("Old"));
    })
    .live("mall.provider.okta", |live| live.owner = None)
}

fn saved(plan: &Plan) -> SavedPlan {
    SavedPlan {
        format: 1,
        dcrsync: "0.0.0".to_owned(),
        name: "payments".to_owned(),
        digest: "d1".to_owned(),
        files: Vec::new(),
        vars: std::collections::BTreeMap::new(),
        observed_at: "2026-06-15T00:00:00Z".to_owned(),
        steps: plan.steps.iter().map(SavedStep::seal).collect(),
        notes: Vec::new(),
        cost: Vec::new(),
    }
}

fn check(changed: &Scene) -> Result<Vec<String>, Vec<Stale>> {
    let saved = saved(&scene().plan());
    let mut fresh = changed.plan();
    saved.check("d1", &mut fresh)?;
    let addresses = fresh.steps.iter().map(|step| step.address.to_string());
    Ok(addresses.collect())
}

const SAVED: [&str; 2] = ["shop.scope.default/read", "mall.provider.okta"];

#[test]
fn the_same_world_lets_it_run() {
    assert_eq!(check(&scene()), Ok(SAVED.map(str::to_owned).to_vec()));
}

#[test]
fn another_document_is_stale() {
    let mut fresh = scene().plan();
    let stale = saved(&scene().plan()).check("d2", &mut fresh);
    assert_eq!(stale, Err(vec![Stale::Document]));
}

#[test]
fn a_touched_object_that_changed_is_stale() {
    let changed = scene().live("shop.scope.default/read", |live| {
        live.fields.insert("description", text("Older"));
    });
    let read = address("shop.scope.default/read");
    assert_eq!(check(&changed), Err(vec![Stale::Live(read)]));
}

#[test]
fn a_touched_object_that_changed_in_an_undeclared_field_is_stale() {
    let changed = scene().live("shop.scope.default/read", |live| {
        live.fields.insert("optional", true.into());
    });
    let read = address("shop.scope.default/read");
    assert_eq!(check(&changed), Err(vec![Stale::Live(read)]));
}

#[test]
fn a_touched_object_that_is_gone_is_stale() {
    let provider = address("mall.provider.okta");
    let stale = check(&scene().gone("mall.provider.okta"));
    assert_eq!(stale, Err(vec![Stale::Live(provider)]));
}

#[test]
fn a_step_that_somebody_did_already_is_stale() {
    let changed = scene().live("shop.scope.default/read", |live| {
        live.fields.insert("description", text("Reads"));
    });
    let read = address("shop.scope.default/read");
    assert_eq!(check(&changed), Err(vec![Stale::Live(read)]));
}

#[test]
fn another_change_of_the_same_object_is_stale() {
    // as by another secret behind the same document
    let changed = scene().edit("mall.provider.okta", |desired| {
        let other = Value::Fingerprint(Fingerprint("two".to_owned()));
        desired.fields.insert("token", other);
    });
    let provider = address("mall.provider.okta");
    assert_eq!(check(&changed), Err(vec![Stale::Change(provider)]));
}

#[test]
fn an_untouched_object_that_changed_does_not_matter_and_stays_untouched() {
    let changed = scene().live("shop.scope.default/write", |live| {
        live.fields.insert("description", text("Changed meanwhile"));
    });
    assert_eq!(changed.plan().steps.len(), 3);
    assert_eq!(check(&changed), Ok(SAVED.map(str::to_owned).to_vec()));
}

#[test]
fn all_that_is_stale_is_told_at_once() {
    let changed = scene()
        .gone("mall.provider.okta")
        .gone("shop.scope.default/read");
    assert_eq!(check(&changed).map_err(|stale| stale.len()), Err(2));
}

#[test]
fn each_part_of_a_live_object_is_in_its_digest() {
    let digest = |change: &dyn Fn(&mut Live)| {
        let scene = scene().live("mall.provider.okta", |live| change(live));
        let step = scene.plan().step(&address("mall.provider.okta")).cloned();
        step.expect("it is still to be adopted").observed
    };
    let changes: [&dyn Fn(&mut Live); 8] = [
        &|_| {},
        &|live| "other".clone_into(&mut live.id),
        &|live| live.parent = Some("parent".to_owned()),
        &|live| drop(live.fields.insert("flavour", text("fancy"))),
        &|live| drop(live.fields.insert("stamp", text("now"))),
        &|live| drop(live.fields.insert("labels", map([("a", "b")]))),
        &|live| drop(live.fields.remove("token")),
        &|live| drop(live.fields.insert("issuer", Value::Int(1))),
    ];
    let mut digests: Vec<String> = changes.iter().map(|change| digest(change)).collect();
    let count = digests.len();
    digests.sort();
    digests.dedup();
    assert_eq!(digests.len(), count);
}

#[test]
fn the_owner_is_in_the_digest() {
    let observed = |owner| {
        let mut scene = scene().live("mall.provider.okta", |live| live.owner = owner);
        scene.take_over = true;
        let step = scene.plan().step(&address("mall.provider.okta")).cloned();
        step.expect("it is taken over").observed
    };
    let theirs = Owner::Document("billing".to_owned());
    assert_ne!(observed(None), observed(Some(theirs)));
}

#[test]
fn a_saved_plan_survives_the_disk_and_holds_no_secret() {
    let saved = saved(&scene().plan());
    let text = serde_json::to_string(&saved).expect("it is plain data");
    assert!(!text.contains("one"), "{text}");
    let back: SavedPlan = serde_json::from_str(&text).expect("it was written just now");
    assert_eq!(back.steps, saved.steps);
}
