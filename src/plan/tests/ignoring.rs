//! Differences that the document accepts for a while.

use insta::assert_snapshot;

use super::kinds::SCOPE;
use super::scene::{Scene, Wish, text, want};
use crate::plan::Ignore;

fn scene(until: Option<&str>) -> Scene {
    let mut entry = want(SCOPE, "default/read")
        .with("description", "Reads")
        .with("optional", true);
    entry.ignore.push(Ignore {
        field: "description".to_owned(),
        reason: "the portal team edits it".to_owned(),
        until: until.map(str::to_owned),
    });
    Scene::of([entry])
        .settled()
        .live("shop.scope.default/read", |live| {
            live.fields.insert("description", text("Edited"));
        })
}

#[test]
fn an_ignored_difference_is_only_told() {
    assert_snapshot!(scene(None).picture(), @"note shop.scope.default/read: `description` differs and is ignored: the portal team edits it");
}

#[test]
fn the_last_day_still_counts() {
    assert_snapshot!(scene(Some("2026-06-15")).picture(), @"note shop.scope.default/read: `description` differs and is ignored until 2026-06-15: the portal team edits it");
}

#[test]
fn an_ignore_that_has_ended_is_told_and_counts_no_more() {
    assert_snapshot!(scene(Some("2026-06-14")).picture(), @r#"
    update shop.scope.default/read
      description: "Edited" -> "Reads"
    note shop.scope.default/read: the `ignore` of `description` has ended: the portal team edits it
    "#);
}

#[test]
fn other_fields_are_still_compared() {
    let scene = scene(None).live("shop.scope.default/read", |live| {
        live.fields.insert("optional", false.into());
    });
    assert_snapshot!(scene.picture(), @r"
    update shop.scope.default/read
      optional: false -> true
    note shop.scope.default/read: `description` differs and is ignored: the portal team edits it
    ");
}

#[test]
fn an_object_is_made_with_its_ignored_fields() {
    let scene = scene(None).gone("shop.scope.default/read");
    assert_snapshot!(scene.picture(), @r#"
    create shop.scope.default/read
      name: nothing -> "read"
      description: nothing -> "Reads"
      optional: nothing -> true
    "#);
}
