//! A replaced object takes along what hangs on it.

use insta::assert_snapshot;

use super::kinds::{APP, PROVIDER, SCOPE, SEAT, SERVER, STRATEGY};
use super::model;
use super::scene::{Scene, Wish, found, text, to, want};
use crate::plan::{Action, Desired, Owner};

fn entries() -> Vec<Desired> {
    vec![
        want(PROVIDER, "okta").with("flavour", "plain"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
        want(APP, "main/phone")
            .with("strategy", to("mall.strategy.keys"))
            .with("text", "On the phone"),
        want(SEAT, "main/phone-orders")
            .with("app", to("mall.app.main/phone"))
            .with("thing", "orders")
            .with("status", "approved"),
    ]
}

/// The provider's flavour differs, and that cannot be changed.
fn replaced() -> Scene {
    Scene::of(entries())
        .settled()
        .live("mall.provider.okta", |live| {
            live.fields.insert("flavour", text("fancy"));
        })
}

#[track_caller]
fn settles(scene: &Scene) {
    for late in [false, true] {
        let after = model::apply(scene, &scene.plan(), late).expect("it can be carried out");
        assert_eq!(after.picture(), "nothing\n");
    }
}

#[test]
fn all_that_hang_on_it_are_replaced_at_any_depth() {
    assert_snapshot!(replaced().picture(), @r#"
    replace mall.provider.okta
      flavour: "fancy" -> "plain"
      after mall.strategy.keys
      behind it: 1 mall.app
      behind it: 1 mall.seat
      behind it: 1 mall.strategy
      ! `flavour` cannot be changed: the object is deleted and made anew
    replace mall.strategy.keys
      name: nothing -> "keys"
      style: nothing -> "key"
      provider: nothing -> mall.provider.okta
      after mall.app.main/phone
      after mall.provider.okta
      behind it: 1 mall.app
      behind it: 1 mall.seat
      ! hangs on `mall.provider.okta`, which is replaced
    replace mall.app.main/phone
      name: nothing -> "phone"
      strategy: nothing -> mall.strategy.keys
      text: nothing -> "On the phone"
      after mall.seat.main/phone-orders
      after mall.strategy.keys
      behind it: 1 mall.seat
      ! hangs on `mall.strategy.keys`, which is replaced
    replace mall.seat.main/phone-orders
      app: nothing -> mall.app.main/phone
      thing: nothing -> "orders"
      status: nothing -> "approved"
      after mall.app.main/phone
      ! hangs on `mall.app.main/phone`, which is replaced
    "#);
    settles(&replaced());
}

#[test]
fn one_that_was_to_be_updated_is_replaced() {
    let scene = replaced().live("mall.app.main/phone", |live| {
        live.fields.insert("text", text("Old"));
    });
    let plan = scene.plan();
    let app = plan
        .steps
        .iter()
        .find(|step| step.address.kind() == "mall.app");
    let app = app.expect("the application has a step");
    assert_eq!(app.action, Action::Replace);
    let fields: Vec<&str> = app.fields.iter().map(|change| change.name).collect();
    assert_eq!(fields, ["text"], "what differs is still told");
    settles(&scene);
}

#[test]
fn one_that_was_to_be_adopted_is_replaced() {
    let scene = replaced().live("mall.strategy.keys", |live| live.owner = None);
    assert_eq!(scene.plan().count(Action::Adopt), 0);
    assert_eq!(scene.plan().count(Action::Replace), 4);
    settles(&scene);
}

#[test]
fn one_that_lets_go_first_is_not_replaced() {
    let other = want(PROVIDER, "other").with("flavour", "plain");
    let scene = replaced()
        .wants(other)
        .edit("mall.strategy.keys", |desired| {
            desired.fields.insert("provider", to("mall.provider.other"));
        });
    assert_snapshot!(scene.picture(), @r#"
    replace mall.provider.okta
      flavour: "fancy" -> "plain"
      after mall.strategy.keys
      behind it: 1 mall.app
      behind it: 1 mall.seat
      behind it: 1 mall.strategy
      ! `flavour` cannot be changed: the object is deleted and made anew
    create mall.provider.other
      name: nothing -> "other"
      flavour: nothing -> "plain"
    update mall.strategy.keys
      provider: mall.provider.okta -> mall.provider.other
      after mall.provider.other
    "#);
    settles(&scene);
}

#[test]
fn one_that_cannot_let_go_in_time_is_replaced() {
    // it moves to another provider, but only after a strategy that is made anew on the old one
    let scene = replaced()
        .wants(want(PROVIDER, "other").with("flavour", "plain"))
        .wants(
            want(STRATEGY, "moving")
                .with("style", "key")
                .with("provider", to("mall.provider.okta")),
        )
        .settled()
        .live("mall.provider.okta", |live| {
            live.fields.insert("flavour", text("fancy"));
        })
        .edit("mall.strategy.moving", |desired| {
            desired.fields.insert("provider", to("mall.provider.other"));
            desired
                .after
                .push("mall.strategy.keys".parse().expect("an address"));
        });
    let plan = scene.plan();
    let moving = plan.step(&"mall.strategy.moving".parse().expect("an address"));
    assert_eq!(moving.map(|step| step.action), Some(Action::Replace));
    settles(&scene);
}

#[test]
fn one_that_is_to_be_deleted_goes_first() {
    let scene = replaced().edit("mall.seat.main/phone-orders", |desired| {
        desired.absent = true;
    });
    assert_eq!(scene.plan().count(Action::Delete), 1);
    settles(&scene);
}

#[test]
fn one_that_nobody_declares_is_warned_of() {
    let scene = replaced().forget("mall.seat.main/phone-orders");
    assert_snapshot!(scene.picture(), @r#"
    replace mall.provider.okta
      flavour: "fancy" -> "plain"
      after mall.strategy.keys
      behind it: 1 mall.app
      behind it: 1 mall.seat
      behind it: 1 mall.strategy
      ! `flavour` cannot be changed: the object is deleted and made anew
    replace mall.strategy.keys
      name: nothing -> "keys"
      style: nothing -> "key"
      provider: nothing -> mall.provider.okta
      after mall.app.main/phone
      after mall.provider.okta
      behind it: 1 mall.app
      behind it: 1 mall.seat
      ! hangs on `mall.provider.okta`, which is replaced
    replace mall.app.main/phone
      name: nothing -> "phone"
      strategy: nothing -> mall.strategy.keys
      text: nothing -> "On the phone"
      after mall.strategy.keys
      behind it: 1 mall.seat
      ! hangs on `mall.strategy.keys`, which is replaced
      ! `mall.seat.main/main/phone/orders` is not declared and hangs on it: the vendor may refuse
    "#);
}

#[test]
fn one_that_is_pruned_needs_no_warning() {
    let mut scene = replaced();
    scene.prune = vec![crate::plan::Prune::Below(
        "mall.hall.main".parse().expect("an address"),
    )];
    let scene = scene.forget("mall.seat.main/phone-orders");
    let plan = scene.plan();
    let app = plan
        .steps
        .iter()
        .find(|step| step.address.kind() == "mall.app");
    let warnings = app.map(|app| app.warnings.join(", ")).unwrap_or_default();
    assert!(!warnings.contains("not declared"), "{warnings}");
    settles(&scene);
}

#[test]
fn a_protected_one_refuses_the_whole_plan() {
    let scene = replaced().edit("mall.app.main/phone", |desired| desired.protected = true);
    let refusals = scene.plan().refusals;
    assert_eq!(refusals.len(), 1, "{refusals:?}");
    insta::assert_snapshot!(refusals[0], @"`mall.app.main/phone` is `protected: true` and the plan would replace it");
}

#[test]
fn one_of_another_owner_is_not_replaced() {
    let scene = replaced().live("mall.strategy.keys", |live| {
        live.owner = Some(Owner::Document("billing".to_owned()));
    });
    assert!(!scene.plan().refusals.is_empty());
    let strategy = "mall.strategy.keys".parse().expect("an address");
    assert!(scene.plan().step(&strategy).is_none());
}

#[test]
fn one_that_only_mentions_the_name_is_not_replaced() {
    let scene = Scene::of([
        want(SERVER, "default").with("region", "eu"),
        want(SCOPE, "default/read"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .with("scopes", ["read"]),
    ])
    .settled()
    .live("shop.server.default", |live| {
        live.fields.insert("region", text("us"));
    });
    assert_snapshot!(scene.picture(), @r#"
    replace shop.server.default
      region: "us" -> "eu"
      after shop.scope.default/read
      behind it: 1 mall.strategy
      behind it: 1 shop.scope
      ! `region` cannot be changed: the object is deleted and made anew
    replace shop.scope.default/read
      name: nothing -> "read"
      after shop.server.default
      behind it: 1 mall.strategy
      ! hangs on `shop.server.default`, which is replaced
    "#);
    settles(&scene);
}

#[test]
fn a_new_one_waits_for_the_new_one() {
    let scene = replaced().wants(
        want(STRATEGY, "more")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
    );
    settles(&scene);
}

#[test]
fn what_stands_behind_it_is_counted() {
    let mut extra = found(APP, "id-extra", "extra");
    extra.parent = Some("#mall.hall.main".to_owned());
    extra.fields.insert(
        "strategy",
        crate::base::Value::Id(STRATEGY, "#mall.strategy.keys".to_owned()),
    );
    let plan = replaced().found(extra).plan();
    let provider = plan.step(&"mall.provider.okta".parse().expect("an address"));
    let radius = provider.map(|step| step.blast_radius.by_kind.clone());
    let expected = [("mall.app", 2), ("mall.seat", 1), ("mall.strategy", 1)];
    let expected = expected.map(|(kind, count)| (kind.to_owned(), count));
    assert_eq!(radius, Some(expected.into_iter().collect()));
}
