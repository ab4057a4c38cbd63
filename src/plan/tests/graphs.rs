//! What waits for what.

use super::kinds::{APP, PROVIDER, RULE, SCOPE, SERVER, STRATEGY};
use super::model;
use super::scene::{Scene, Wish, text, to, want};
use crate::base::Value;
use crate::plan::{Phase, graph};

/// The edges as text: `make a <- make b, remove c`.
fn edges(scene: &Scene) -> String {
    let plan = scene.plan();
    let nodes = graph(&plan.steps);
    let name = |at: usize| {
        let phase = match nodes[at].phase {
            Phase::Make => "make",
            Phase::Remove => "remove",
        };
        format!("{phase} {}", plan.steps[nodes[at].step].address)
    };
    let mut lines = String::new();
    for (at, node) in nodes.iter().enumerate() {
        lines += &name(at);
        for (place, needed) in node.requires.iter().enumerate() {
            lines += if place == 0 { " <- " } else { ", " };
            lines += &name(*needed);
        }
        lines += "\n";
    }
    lines
}

fn stack() -> Scene {
    Scene::of([
        want(PROVIDER, "okta").with("flavour", "plain"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
        want(APP, "main/phone").with("strategy", to("mall.strategy.keys")),
    ])
}

#[test]
fn makes_wait_for_the_makes_of_what_they_need() {
    let mut scene = stack();
    scene.live = Scene::of([want(APP, "main/other")]).settled().live;
    insta::assert_snapshot!(edges(&scene), @r"
    make mall.provider.okta
    make mall.strategy.keys <- make mall.provider.okta
    make mall.app.main/phone <- make mall.strategy.keys
    ");
}

#[test]
fn removes_wait_for_the_removes_of_what_hangs_on_it() {
    let mut scene = stack().settled();
    for desired in &mut scene.desired {
        desired.absent = true;
    }
    insta::assert_snapshot!(edges(&scene), @r"
    remove mall.app.main/phone
    remove mall.strategy.keys <- remove mall.app.main/phone
    remove mall.provider.okta <- remove mall.strategy.keys
    ");
}

#[test]
fn replaces_remove_upwards_and_make_downwards() {
    let scene = stack().settled().live("mall.provider.okta", |live| {
        live.fields.insert("flavour", text("fancy"));
    });
    insta::assert_snapshot!(edges(&scene), @r"
    remove mall.provider.okta <- remove mall.strategy.keys
    make mall.provider.okta <- remove mall.provider.okta
    remove mall.strategy.keys <- remove mall.app.main/phone
    make mall.strategy.keys <- remove mall.strategy.keys, make mall.provider.okta
    remove mall.app.main/phone
    make mall.app.main/phone <- remove mall.app.main/phone, make mall.strategy.keys
    ");
}

#[test]
fn a_delete_waits_for_the_update_that_lets_go() {
    let scene = stack()
        .wants(want(PROVIDER, "other").with("flavour", "plain"))
        .settled()
        .edit("mall.provider.okta", |desired| desired.absent = true)
        .edit("mall.strategy.keys", |desired| {
            desired.fields.insert("provider", to("mall.provider.other"));
        });
    insta::assert_snapshot!(edges(&scene), @r"
    make mall.strategy.keys
    remove mall.provider.okta <- make mall.strategy.keys
    ");
    let after = model::apply(&scene, &scene.plan(), true).expect("it can be carried out");
    assert_eq!(after.picture(), "nothing\n");
}

#[test]
fn a_scope_waits_for_the_rule_that_names_it_to_let_go() {
    let scene = Scene::of([
        want(SERVER, "default"),
        want(SCOPE, "default/old"),
        want(SCOPE, "default/new"),
        want(RULE, "default/all").with("scopes", ["old"]),
    ])
    .settled()
    .edit("shop.scope.default/old", |desired| desired.absent = true)
    .edit("shop.rule.default/all", |desired| {
        desired.fields.insert("scopes", Value::set(["new"]));
    });
    insta::assert_snapshot!(edges(&scene), @r"
    make shop.rule.default/all
    remove shop.scope.default/old <- make shop.rule.default/all
    ");
}

#[test]
fn a_rule_of_another_server_with_the_same_name_is_not_waited_for() {
    let scene = Scene::of([
        want(SERVER, "one"),
        want(SERVER, "two"),
        want(SCOPE, "one/read"),
        want(SCOPE, "two/read"),
        want(RULE, "two/all").with("scopes", ["read"]),
    ])
    .settled()
    .edit("shop.scope.one/read", |desired| desired.absent = true)
    .edit("shop.rule.two/all", |desired| {
        desired
            .fields
            .insert("scopes", Value::set(["read", "more"]));
    });
    insta::assert_snapshot!(edges(&scene), @r"
    make shop.rule.two/all
    remove shop.scope.one/read
    ");
    let plan = scene.plan();
    let gone = plan.step(&"shop.scope.one/read".parse().expect("an address"));
    assert_eq!(gone.map(|step| step.blast_radius.is_empty()), Some(true));
}

#[test]
fn what_is_mentioned_by_name_is_waited_for() {
    let scene = Scene::of([
        want(SERVER, "default"),
        want(SCOPE, "default/read"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .after(&["shop.scope.default/read"]),
    ]);
    insta::assert_snapshot!(edges(&scene), @r"
    make shop.server.default
    make shop.scope.default/read <- make shop.server.default
    make mall.strategy.keys <- make shop.scope.default/read
    ");
}
