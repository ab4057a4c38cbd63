//! Which live object an entry means.

use insta::assert_snapshot;

use super::kinds::{APP, PROVIDER, SCOPE, SERVER};
use super::scene::{Scene, Wish, address, found, text, to, want};
use crate::plan::{Desired, Prune};

fn renamed() -> Desired {
    let mut entry = want(SCOPE, "default/new").with("description", "Reads");
    entry.renamed_from = Some("old".to_owned());
    entry
}

fn on_server(name: &str) -> crate::plan::Live {
    let mut live = found(SCOPE, &format!("id-{name}"), name);
    live.parent = Some("#shop.server.default".to_owned());
    live.fields.insert("description", text("Reads"));
    live
}

fn renaming() -> Scene {
    Scene::of([want(SERVER, "default"), renamed()])
        .settled()
        .gone("shop.scope.default/new")
}

#[test]
fn an_object_under_its_old_name_is_renamed() {
    assert_snapshot!(renaming().found(on_server("old")).picture(), @r#"
    update shop.scope.default/new
      name: "old" -> "new"
    "#);
}

#[test]
fn a_rename_that_was_done_is_forgotten() {
    let scene = renaming().found(on_server("new"));
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn an_old_name_beside_the_new_one_is_another_object() {
    let scene = renaming().found(on_server("old")).found(on_server("new"));
    assert_snapshot!(scene.picture(), @"nothing");
    let world = scene.world();
    let old = world.get(&address("shop.scope.default/old"));
    assert_eq!(old.map(|live| live.id.as_str()), Some("id-old"));
}

#[test]
fn a_rename_of_nothing_makes_a_new_object_and_says_so() {
    assert_snapshot!(renaming().picture(), @r#"
    create shop.scope.default/new
      name: nothing -> "new"
      description: nothing -> "Reads"
      ! nothing is named `old`: made anew instead of renamed
    "#);
}

#[test]
fn two_live_objects_of_one_name_are_refused() {
    let provider = want(PROVIDER, "okta").with("flavour", "plain");
    let mut twin = found(PROVIDER, "id-twin", "okta");
    twin.fields.insert("flavour", text("plain"));
    let scene = Scene::of([provider]).settled().found(twin);
    assert_snapshot!(scene.picture(), @"refused Ambiguous: `mall.provider.okta` answers to more than one live object (#mall.provider.okta, id-twin); rename or delete all but one");
}

#[test]
fn two_of_one_name_that_nobody_declares_are_nobodys_business() {
    let scene = Scene::of([])
        .found(found(PROVIDER, "one", "okta"))
        .found(found(PROVIDER, "two", "okta"));
    assert_snapshot!(scene.picture(), @"nothing");
}

#[test]
fn the_key_of_an_entry_is_no_name() {
    // the entry's key is `orders`; another object that nobody declares has that very name
    let entry = want(SCOPE, "default/orders").with("name", "orders.v2");
    let scene = Scene::of([want(SERVER, "default"), entry])
        .settled()
        .found(on_server("orders"));
    assert_snapshot!(scene.picture(), @"nothing");
    let scene = scene.gone("shop.scope.default/orders");
    assert_snapshot!(scene.picture(), @r#"
    create shop.scope.default/orders
      name: nothing -> "orders.v2"
    "#);
}

#[test]
fn an_undeclared_object_with_the_name_of_a_key_can_be_pruned() {
    let entry = want(SCOPE, "default/orders").with("name", "orders.v2");
    let mut scene = Scene::of([want(SERVER, "default"), entry])
        .settled()
        .found(on_server("orders"));
    scene.prune = vec![Prune::Below(address("shop.server.default"))];
    let plan = scene.plan();
    assert_eq!(plan.steps.len(), 1, "{plan:?}");
    let world = scene.world();
    let gone = world.get(&plan.steps[0].address);
    assert_eq!(gone.map(|live| live.id.as_str()), Some("id-orders"));
}

#[test]
fn the_same_name_below_two_parents_is_two_objects() {
    let scene = Scene::of([want(SCOPE, "a/read"), want(SCOPE, "b/read")]).settled();
    assert_snapshot!(scene.clone().picture(), @"nothing");
    assert_snapshot!(scene.gone("shop.scope.b/read").picture(), @r#"
    create shop.scope.b/read
      name: nothing -> "read"
    "#);
}

#[test]
fn ids_of_other_objects_become_addresses() {
    let app = want(APP, "main/phone").with("strategy", to("mall.strategy.keys"));
    let strategy = want(super::kinds::STRATEGY, "keys").with("style", "key");
    let scene = Scene::of([strategy, app]).settled();
    let world = scene.world();
    let app = world.get(&address("mall.app.main/phone"));
    let strategy = app.map(|app| app.field("strategy").clone());
    assert_eq!(strategy, Some(to("mall.strategy.keys")));
    assert_snapshot!(scene.picture(), @"nothing");
}
