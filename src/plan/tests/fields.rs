//! What counts as a difference, field by field.

use insta::assert_snapshot;

use super::kinds::{PROVIDER, SCOPE, SERVER};
use super::scene::{Scene, Wish, map, span, text, want};
use crate::base::{Fingerprint, Value};
use crate::plan::{Action, Desired};

fn scope() -> Desired {
    want(SCOPE, "default/read")
        .with("description", "Reads")
        .with("tags", ["a", "b"])
}

fn provider() -> Desired {
    want(PROVIDER, "okta")
        .with("flavour", "plain")
        .with("issuer", "https://id.example/a")
        .with("token", Value::Fingerprint(Fingerprint("one".to_owned())))
        .with("labels", map([("team", "red")]))
}

fn settled() -> Scene {
    Scene::of([scope(), provider()]).settled()
}

#[test]
fn a_world_that_agrees_needs_nothing() {
    assert_snapshot!(settled().picture(), @"nothing");
}

#[test]
fn a_changed_text_is_an_update_with_old_and_new() {
    let scene = settled().live("shop.scope.default/read", |live| {
        live.fields.insert("description", text("Writes"));
    });
    assert_snapshot!(scene.picture(), @r#"
    update shop.scope.default/read
      description: "Writes" -> "Reads"
    "#);
}

#[test]
fn an_empty_world_is_made_parents_first() {
    let scene = Scene::of([scope(), want(SERVER, "default"), provider()]);
    assert_snapshot!(scene.picture(), @r#"
    create shop.server.default
      name: nothing -> "default"
    create shop.scope.default/read
      name: nothing -> "read"
      description: nothing -> "Reads"
      tags: nothing -> {"a", "b"}
      after shop.server.default
    create mall.provider.okta
      name: nothing -> "okta"
      flavour: nothing -> "plain"
      issuer: nothing -> "https://id.example/a"
      token: (sensitive) -> (sensitive)
      labels: {} -> {team: "red"}
    "#);
}

#[test]
fn a_field_that_is_not_declared_is_left_alone() {
    let scene = settled().live("shop.scope.default/read", |live| {
        live.fields.insert("optional", Value::Bool(true));
        live.fields.insert("unheard_of", text("by the vendor"));
    });
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn an_object_that_is_not_declared_is_left_alone() {
    let scene = settled().forget("shop.scope.default/read");
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn empty_and_nothing_are_the_same() {
    let scene = settled()
        .edit("shop.scope.default/read", |desired| {
            desired.fields.insert("description", text(""));
        })
        .live("shop.scope.default/read", |live| {
            live.fields.remove("description");
        });
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn an_empty_text_empties_the_field() {
    let scene = settled().edit("shop.scope.default/read", |desired| {
        desired.fields.insert("description", text(""));
    });
    assert_snapshot!(scene.picture(), @r#"
    update shop.scope.default/read
      description: "Reads" -> nothing
    "#);
}

#[test]
fn a_set_has_no_order() {
    let scene = settled().live("shop.scope.default/read", |live| {
        live.fields.insert("tags", Value::set(["b", "a"]));
    });
    assert_snapshot!(scene.picture(), @"nothing");
    let scene = scene.live("shop.scope.default/read", |live| {
        live.fields.insert("tags", Value::set(["b"]));
    });
    assert_snapshot!(scene.picture(), @r#"
    update shop.scope.default/read
      tags: {"b"} -> {"a", "b"}
    "#);
}

#[test]
fn a_slash_at_the_end_of_an_address_is_no_difference() {
    for (other, differs) in [
        ("https://id.example/a/", false),
        ("https://id.example/b", true),
    ] {
        let scene = settled().live("mall.provider.okta", |live| {
            live.fields.insert("issuer", text(other));
        });
        assert_eq!(scene.plan().count(Action::Update) == 1, differs, "{other}");
    }
}

#[test]
fn only_declared_keys_of_a_mapping_are_compared() {
    let scene = settled().live("mall.provider.okta", |live| {
        let labels = map([("team", "red"), ("foreign", "stays")]);
        live.fields.insert("labels", labels);
    });
    assert_snapshot!(scene.picture(), @"nothing");
    let scene = scene.live("mall.provider.okta", |live| {
        let labels = map([("team", "blue"), ("foreign", "stays")]);
        live.fields.insert("labels", labels);
    });
    assert_snapshot!(scene.picture(), @r#"
    update mall.provider.okta
      labels: {team: "blue"} -> {team: "red"}
    "#);
}

#[test]
fn a_mapping_that_is_missing_is_made() {
    let scene = settled().live("mall.provider.okta", |live| {
        live.fields.remove("labels");
    });
    assert_snapshot!(scene.picture(), @r#"
    update mall.provider.okta
      labels: {} -> {team: "red"}
    "#);
}

#[test]
fn a_new_secret_is_told_without_its_fingerprint() {
    let scene = settled().live("mall.provider.okta", |live| {
        let other = Fingerprint("two".to_owned());
        live.fields.insert("token", Value::Fingerprint(other));
    });
    assert_snapshot!(scene.picture(), @r"
    update mall.provider.okta
      token: (sensitive) -> (sensitive)
    ");
    assert!(scene.plan().steps[0].fields[0].sensitive);
}

#[test]
fn what_the_vendor_fills_in_is_never_compared() {
    let scene = settled()
        .edit("mall.provider.okta", |desired| {
            desired.fields.insert("stamp", text("mine"));
        })
        .live("mall.provider.okta", |live| {
            live.fields.insert("stamp", text("theirs"));
        });
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn a_field_that_cannot_be_changed_replaces_the_object() {
    let scene = settled().live("mall.provider.okta", |live| {
        live.fields.insert("flavour", text("fancy"));
    });
    assert_snapshot!(scene.picture(), @r#"
    replace mall.provider.okta
      flavour: "fancy" -> "plain"
      ! `flavour` cannot be changed: the object is deleted and made anew
    "#);
}

#[test]
fn the_line_of_the_first_changed_field_is_the_cause() {
    let entry = scope().at_line("description", 7).at_line("tags", 8);
    let scene = Scene::of([entry])
        .settled()
        .live("shop.scope.default/read", |live| {
            live.fields.insert("tags", Value::set(["c"]));
        });
    assert_eq!(scene.plan().steps[0].because, Some(span(8)));
}
