//! What is deleted although no entry names it.

use insta::assert_snapshot;

use super::kinds::{HALL, PROVIDER, RULE, SCOPE, SERVER};
use super::scene::{DOCUMENT, Scene, Wish, address, found, want};
use crate::plan::{Live, Owner, Prune};

fn below(kind: crate::base::KindName, server: &str, name: &str) -> Live {
    let mut live = found(kind, &format!("id-{name}"), name);
    live.parent = Some(format!("#shop.server.{server}"));
    live
}

fn servers() -> Scene {
    Scene::of([
        want(SERVER, "default"),
        want(SCOPE, "default/kept"),
        want(SERVER, "other"),
    ])
    .settled()
    .found(below(SCOPE, "default", "stray"))
    .found(below(SCOPE, "other", "elsewhere"))
}

fn pruning(mut scene: Scene) -> Scene {
    scene.prune = vec![Prune::Below(address("shop.server.default"))];
    scene
}

#[test]
fn only_what_hangs_on_the_object_is_pruned() {
    assert_snapshot!(servers().picture(), @"nothing");
    assert_snapshot!(pruning(servers()).picture(), @r"
    delete shop.scope.default/stray
      ! not declared; `prune` is on
    ");
}

#[test]
fn what_the_document_names_is_not_pruned() {
    let rule = want(RULE, "default/r")
        .with("scopes", ["stray"])
        .after(&["shop.scope.default/stray"]);
    // `settled` makes what is only named, too
    let scene = pruning(Scene::of([want(SERVER, "default"), rule]).settled());
    assert!(scene.live.iter().any(|live| live.kind == SCOPE));
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn what_the_vendor_made_is_never_pruned() {
    let mut system = below(SCOPE, "default", "openid");
    system.system = true;
    let scene = pruning(Scene::of([want(SERVER, "default")]).settled().found(system));
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn a_rule_that_names_a_scope_is_pruned_before_it() {
    let mut rule = below(RULE, "default", "old rule");
    let scopes = crate::base::Value::set(["stray"]);
    rule.fields.insert("scopes", scopes);
    assert_snapshot!(pruning(servers().found(rule)).picture(), @r"
    delete shop.rule.default/old rule
      ! not declared; `prune` is on
    delete shop.scope.default/stray
      after shop.rule.default/old rule
      behind it: 1 shop.rule
      ! not declared; `prune` is on
    ");
}

#[test]
fn of_a_vendor_with_labels_only_our_own_objects_are_pruned() {
    let owned = |name: &str, owner: Option<Owner>| {
        let mut live = found(PROVIDER, name, name);
        live.owner = owner;
        live
    };
    let ours = Owner::Document(DOCUMENT.to_owned());
    let mut scene = Scene::of([want(PROVIDER, "kept").with("flavour", "plain")])
        .settled()
        .found(owned("ours", Some(ours)))
        .found(owned("nobodys", None))
        .found(owned("theirs", Some(Owner::Document("billing".to_owned()))))
        .found(owned("kongctls", Some(Owner::Kongctl("team".to_owned()))));
    scene.prune = vec![Prune::Owned {
        vendor: "mall",
        document: DOCUMENT.to_owned(),
    }];
    assert_snapshot!(scene.picture(), @r"
    delete mall.provider.ours
      ! not declared; `prune` is on
    ");
}

#[test]
fn what_is_only_looked_up_is_never_pruned() {
    let mut hall = found(HALL, "main", "main");
    hall.owner = Some(Owner::Document(DOCUMENT.to_owned()));
    let mut scene = Scene::of([]).found(hall);
    scene.prune = vec![Prune::Owned {
        vendor: "mall",
        document: DOCUMENT.to_owned(),
    }];
    assert_snapshot!(scene.picture(), @"nothing");
}
