//! Limits, targets and what a plan costs.

use insta::assert_snapshot;

use super::kinds::{KINDS, PROVIDER, SCOPE, SERVER, STRATEGY};
use super::scene::{Scene, Wish, address, text, to, want};
use crate::plan::{BucketCost, Owner, RefusalKind};

/// A server with this many scopes, of which the first ones are to go.
fn scopes(all: usize, gone: usize) -> Scene {
    let mut scene = Scene::of(
        std::iter::once(want(SERVER, "default"))
            .chain((0..all).map(|number| want(SCOPE, &format!("default/s{number}")))),
    )
    .settled();
    for desired in scene.desired.iter_mut().skip(1).take(gone) {
        desired.absent = true;
    }
    scene.guard.max_deletes = None;
    scene.guard.max_delete_share = None;
    scene
}

fn refused(scene: &Scene) -> Vec<RefusalKind> {
    let refusals = scene.plan().refusals;
    refusals.iter().map(|refusal| refusal.kind).collect()
}

#[test]
fn one_delete_more_than_allowed_is_refused() {
    let mut scene = scopes(20, 5);
    scene.guard.max_deletes = Some(5);
    assert_eq!(refused(&scene), []);
    scene.guard.max_deletes = Some(4);
    assert_snapshot!(scene.plan().refusals[0], @"the plan deletes or replaces 5 objects, more than `max_deletes: 4`; raise the limit in `guard` if that is meant");
}

#[test]
fn a_larger_share_than_allowed_is_refused() {
    // with the server there are 20 objects
    let mut scene = scopes(19, 5);
    scene.guard.max_delete_share = Some(25);
    assert_eq!(refused(&scene), []);
    scene.guard.max_delete_share = Some(24);
    assert_snapshot!(scene.plan().refusals[0], @"the plan deletes or replaces 5 objects, more than `max_delete_share: 24%` of the 20 that were observed; raise the limit in `guard` if that is meant");
}

#[test]
fn a_share_of_few_objects_means_nothing() {
    let mut scene = scopes(8, 8);
    scene.guard.max_delete_share = Some(1);
    assert_eq!(refused(&scene), []);
}

#[test]
fn replaces_count_as_deletes() {
    let mut scene = Scene::of([want(PROVIDER, "okta").with("flavour", "plain")])
        .settled()
        .live("mall.provider.okta", |live| {
            live.fields.insert("flavour", text("fancy"));
        });
    scene.guard.max_deletes = Some(0);
    assert_eq!(refused(&scene), [RefusalKind::TooManyDeletes]);
}

#[test]
fn a_protected_pattern_refuses_deletes_and_nothing_else() {
    let mut scene = scopes(3, 1);
    scene.guard.protect = vec!["shop.scope.default/*".to_owned()];
    assert_snapshot!(scene.plan().refusals[0], @"`shop.scope.default/s0` must not be deleted: `guard.protect` has `shop.scope.default/*`");
    scene.guard.protect = vec!["shop.scope.other/*".to_owned()];
    assert_eq!(refused(&scene), []);
    let mut scene = scopes(3, 0).wants(want(SCOPE, "default/new"));
    scene.guard.protect = vec!["*".to_owned()];
    assert_eq!(refused(&scene), []);
}

fn chain() -> Scene {
    Scene::of([
        want(PROVIDER, "okta").with("flavour", "plain"),
        want(PROVIDER, "spare").with("flavour", "plain"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
    ])
}

#[test]
fn a_target_brings_what_it_waits_for() {
    let mut plan = chain().plan();
    plan.target(&[address("mall.strategy.keys")], KINDS);
    let kept: Vec<&str> = plan
        .steps
        .iter()
        .map(|step| step.address.as_str())
        .collect();
    assert_eq!(kept, ["mall.provider.okta", "mall.strategy.keys"]);
    assert_eq!(plan.cost[0].requests, 4);
}

#[test]
fn a_replaced_target_brings_what_hangs_on_it() {
    let scene = chain().settled().live("mall.provider.okta", |live| {
        live.fields.insert("flavour", text("fancy"));
    });
    let mut plan = scene.plan();
    plan.target(&[address("mall.provider.okta")], KINDS);
    let kept: Vec<&str> = plan
        .steps
        .iter()
        .map(|step| step.address.as_str())
        .collect();
    assert_eq!(kept, ["mall.provider.okta", "mall.strategy.keys"]);
}

#[test]
fn a_refusal_of_something_else_does_not_stop_a_target() {
    let scene = chain().settled().live("mall.provider.spare", |live| {
        live.owner = Some(Owner::Document("billing".to_owned()));
    });
    let scene = scene.gone("mall.strategy.keys");
    let mut plan = scene.plan();
    assert_eq!(plan.refusals.len(), 1);
    plan.target(&[address("mall.strategy.keys")], KINDS);
    assert_eq!(plan.refusals, []);
    let mut plan = scene.plan();
    plan.target(&[address("mall.provider.spare")], KINDS);
    assert_eq!(plan.refusals.len(), 1);
}

#[test]
fn the_cost_is_counted_by_vendor_and_bucket() {
    let scene = chain()
        .wants(want(SERVER, "default"))
        .settled()
        .live("mall.provider.okta", |live| {
            live.fields.insert("flavour", text("fancy"));
        })
        .live("mall.provider.spare", |live| live.owner = None)
        .gone("shop.server.default");
    let bucket = |vendor: &str, requests| BucketCost {
        vendor: vendor.to_owned(),
        bucket: "/all".to_owned(),
        requests,
    };
    // two replaces of a delete and a create each, one adopt; one create
    assert_eq!(scene.plan().cost, [bucket("mall", 7), bucket("shop", 2)]);
}
