//! Priorities: only the order among siblings means anything.

use insta::assert_snapshot;

use super::kinds::{RULE, SERVER};
use super::model;
use super::scene::{Scene, Wish, found, want};
use crate::base::Value;
use crate::plan::Desired;

fn rule(name: &str, priority: i64) -> Desired {
    want(RULE, &format!("default/{name}")).with("priority", priority)
}

fn rules(wanted: &[(&str, i64)]) -> Vec<Desired> {
    let mut entries = vec![want(SERVER, "default")];
    entries.extend(wanted.iter().map(|(name, priority)| rule(name, *priority)));
    entries
}

/// A document that wants these, and a vendor that has those in this order.
fn scene(wanted: &[(&str, i64)], live: &[&str]) -> Scene {
    let mut scene = Scene::of(rules(wanted));
    scene.live = Scene::of([want(SERVER, "default")]).settled().live;
    for (place, name) in (1..).zip(live) {
        let mut rule = found(RULE, &format!("id-{name}"), name);
        rule.parent = Some("#shop.server.default".to_owned());
        rule.fields.insert("priority", Value::Int(place));
        scene.live.push(rule);
    }
    scene
}

/// The names of the rules in the vendor's order.
fn order(scene: &Scene) -> Vec<&str> {
    let mut rules: Vec<_> = scene.live.iter().filter(|live| live.kind == RULE).collect();
    rules.sort_by_key(|rule| rule.field("priority").as_int());
    rules
        .iter()
        .filter_map(|rule| rule.field("name").as_text())
        .collect()
}

/// Applies the plan in either order of execution and tells the vendor's order then.
#[track_caller]
fn applied(scene: &Scene) -> String {
    let plan = scene.plan();
    let mut orders = Vec::new();
    for late in [false, true] {
        let after = model::apply(scene, &plan, late).expect("the plan can be carried out");
        assert!(after.plan().is_empty(), "left over: {}", after.picture());
        orders.push(order(&after).join(" "));
    }
    orders.dedup();
    orders.join(" or ")
}

#[test]
fn numbers_mean_nothing_by_themselves() {
    let scene = scene(&[("a", 10), ("b", 20), ("c", 900)], &["a", "b", "c"]);
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn strangers_between_mean_nothing() {
    let scene = scene(&[("a", 1), ("b", 2)], &["x", "a", "y", "b"]);
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn equal_numbers_have_no_order() {
    let scene = scene(&[("a", 1), ("b", 1)], &["b", "a"]);
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn a_swap_writes_one() {
    let scene = scene(&[("a", 1), ("b", 2), ("c", 3)], &["b", "a", "c"]);
    assert_snapshot!(scene.picture(), @r"
    update shop.rule.default/a
      priority: 2 -> 1
    ");
    assert_eq!(applied(&scene), "a b c");
}

#[test]
fn numbers_with_gaps_still_end_in_order() {
    let wanted = [("a", 10), ("b", 20), ("c", 30), ("d", 40)];
    let scene = scene(&wanted, &["a", "c", "b", "d"]);
    assert_eq!(applied(&scene), "a b c d");
}

#[test]
fn a_new_one_between_live_ones_is_just_made() {
    let scene = scene(&[("a", 1), ("new", 2), ("b", 3)], &["a", "b"]);
    assert_snapshot!(scene.picture(), @r#"
    create shop.rule.default/new
      name: nothing -> "new"
      priority: nothing -> 2
    "#);
    assert_eq!(applied(&scene), "a new b");
}

#[test]
fn a_new_one_beside_strangers_ends_in_order() {
    let scene = scene(&[("a", 1), ("new", 2), ("b", 3)], &["x", "a", "b"]);
    assert_eq!(applied(&scene), "x a new b");
}

#[test]
fn a_new_one_with_a_gap_ends_in_order() {
    let scene = scene(&[("a", 10), ("new", 20), ("b", 30)], &["a", "b"]);
    assert_eq!(applied(&scene), "a new b");
}

#[test]
fn all_new_ones_are_made_top_down() {
    let scene = scene(&[("c", 30), ("a", 10), ("b", 20)], &["x"]);
    assert_snapshot!(scene.picture(), @r#"
    create shop.rule.default/a
      name: nothing -> "a"
      priority: nothing -> 10
    create shop.rule.default/b
      name: nothing -> "b"
      priority: nothing -> 20
      after shop.rule.default/a
    create shop.rule.default/c
      name: nothing -> "c"
      priority: nothing -> 30
      after shop.rule.default/b
    "#);
    assert_eq!(applied(&scene), "x a b c");
}

#[test]
fn one_without_a_number_is_no_sibling() {
    let mut scene = scene(&[("a", 1), ("b", 2)], &["a", "b"]);
    scene = scene.wants(want(RULE, "default/free"));
    assert_snapshot!(scene.picture(), @r#"
    create shop.rule.default/free
      name: nothing -> "free"
    "#);
    assert_eq!(applied(&scene), "free a b");
}

#[test]
fn siblings_of_another_parent_do_not_count() {
    let scene = Scene::of([
        want(SERVER, "one"),
        want(SERVER, "two"),
        want(RULE, "one/a").with("priority", 2),
        want(RULE, "two/b").with("priority", 1),
    ])
    .settled();
    assert_snapshot!(scene.picture(), @"nothing");
}
