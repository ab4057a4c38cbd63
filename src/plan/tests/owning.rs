//! Whose an object is, and what must not be deleted.

use insta::assert_snapshot;

use super::kinds::{PROVIDER, SCOPE};
use super::scene::{Scene, Wish, want};
use crate::base::Value;
use crate::plan::{Desired, Owner};

fn provider() -> Desired {
    want(PROVIDER, "okta")
        .with("flavour", "plain")
        .with("issuer", "https://id.example")
}

fn owned_by(owner: Option<Owner>) -> Scene {
    Scene::of([provider()])
        .settled()
        .live("mall.provider.okta", |live| live.owner = owner)
}

#[test]
fn an_object_without_owner_is_adopted_although_nothing_differs() {
    assert_snapshot!(owned_by(None).picture(), @"adopt mall.provider.okta");
}

#[test]
fn an_adopt_tells_what_it_changes() {
    let scene = owned_by(None).live("mall.provider.okta", |live| {
        live.fields
            .insert("issuer", Value::text("https://other.example"));
    });
    assert_snapshot!(scene.picture(), @r#"
    adopt mall.provider.okta
      issuer: "https://other.example" -> "https://id.example"
    "#);
}

#[test]
fn an_object_of_another_document_is_refused_or_taken_over() {
    let mut scene = owned_by(Some(Owner::Document("billing".to_owned())));
    assert_snapshot!(scene.picture(), @"refused ForeignOwner: `mall.provider.okta` belongs to the dcrsync document `billing`; `--take-over` would make it this document's");
    scene.take_over = true;
    assert_snapshot!(scene.picture(), @"adopt mall.provider.okta");
}

#[test]
fn an_object_of_kongctl_is_refused() {
    let scene = owned_by(Some(Owner::Kongctl("team-a".to_owned())));
    assert_snapshot!(scene.picture(), @"refused ForeignOwner: `mall.provider.okta` belongs to kongctl (namespace `team-a`); `--take-over` would make it this document's");
}

#[test]
fn an_object_of_another_document_is_not_deleted_either() {
    let scene = owned_by(Some(Owner::Document("billing".to_owned())))
        .edit("mall.provider.okta", |desired| desired.absent = true);
    assert_snapshot!(scene.picture(), @"refused ForeignOwner: `mall.provider.okta` belongs to the dcrsync document `billing`; `--take-over` would make it this document's");
}

#[test]
fn objects_without_labels_are_never_adopted() {
    let scene = Scene::of([want(SCOPE, "default/read")]).settled();
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn what_is_absent_is_deleted_once() {
    let scene = owned_by(Some(Owner::Document("payments".to_owned())))
        .edit("mall.provider.okta", |desired| desired.absent = true);
    assert_snapshot!(scene.picture(), @"delete mall.provider.okta");
    assert_snapshot!(scene.gone("mall.provider.okta").picture(), @"nothing");
}

#[test]
fn a_protected_object_is_neither_deleted_nor_replaced() {
    let scene = Scene::of([provider()])
        .settled()
        .edit("mall.provider.okta", |desired| desired.protected = true);
    let replaced = scene.clone().live("mall.provider.okta", |live| {
        live.fields.insert("flavour", Value::text("fancy"));
    });
    assert_snapshot!(replaced.picture(), @r#"
    replace mall.provider.okta
      flavour: "fancy" -> "plain"
      ! `flavour` cannot be changed: the object is deleted and made anew
    refused Protected: `mall.provider.okta` is `protected: true` and the plan would replace it
    "#);
    let absent = scene.edit("mall.provider.okta", |desired| desired.absent = true);
    assert_snapshot!(absent.picture(), @r"
    delete mall.provider.okta
    refused Protected: `mall.provider.okta` is `protected: true` and the plan would delete it
    ");
}

#[test]
fn a_protected_object_may_be_changed() {
    let scene = Scene::of([provider()])
        .settled()
        .edit("mall.provider.okta", |desired| desired.protected = true)
        .live("mall.provider.okta", |live| {
            live.fields
                .insert("issuer", Value::text("https://other.example"));
        });
    assert_snapshot!(scene.picture(), @r#"
    update mall.provider.okta
      issuer: "https://other.example" -> "https://id.example"
    "#);
}

#[test]
fn what_the_vendor_made_is_not_deleted() {
    let scene = Scene::of([want(SCOPE, "default/openid")])
        .settled()
        .live("shop.scope.default/openid", |live| live.system = true)
        .edit("shop.scope.default/openid", |desired| desired.absent = true);
    assert_snapshot!(scene.picture(), @"refused System: `shop.scope.default/openid` was made by the vendor and cannot be deleted");
}
