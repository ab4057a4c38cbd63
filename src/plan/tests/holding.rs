//! What is to go while something that stays still points at it.

use insta::assert_snapshot;

use super::kinds::{APP, PROVIDER, STRATEGY};
use super::model::{self, Broken};
use super::scene::{DOCUMENT, Scene, Wish, address, text, to, want};
use crate::plan::{Owner, Prune, RefusalKind};

/// A provider with two strategies, one of which has an application.
fn settled() -> Scene {
    Scene::of([
        want(PROVIDER, "okta").with("flavour", "plain"),
        want(PROVIDER, "spare").with("flavour", "plain"),
        want(STRATEGY, "keys")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
        want(STRATEGY, "oidc")
            .with("style", "key")
            .with("provider", to("mall.provider.okta")),
        want(APP, "main/phone").with("strategy", to("mall.strategy.keys")),
    ])
    .settled()
}

fn absent(scene: Scene, at: &str) -> Scene {
    scene.edit(at, |desired| desired.absent = true)
}

/// Why the scene is refused; what the vendor would say is asked of the model.
#[track_caller]
fn reasons(scene: &Scene) -> String {
    let plan = scene.plan();
    let all_in_use = plan.refusals.iter().all(|it| it.kind == RefusalKind::InUse);
    assert!(all_in_use, "{:?}", plan.refusals);
    let refused = matches!(model::apply(scene, &plan, false), Err(Broken::InUse(..)));
    assert_eq!(refused, !plan.refusals.is_empty(), "{}", scene.picture());
    let reasons: Vec<String> = plan.refusals.iter().map(ToString::to_string).collect();
    reasons.join("\n")
}

#[test]
fn a_delete_under_something_undeclared_is_refused_and_names_it() {
    let scene = absent(settled(), "mall.provider.okta")
        .forget("mall.strategy.keys")
        .forget("mall.strategy.oidc");
    assert_snapshot!(reasons(&scene), @"`mall.provider.okta` cannot be deleted: 2 strategies that the plan leaves alone still use it (`mall.strategy.keys`, `mall.strategy.oidc`); declare them `state: absent` or pointing elsewhere, delete them by hand, or keep `okta`");
}

#[test]
fn what_goes_or_lets_go_holds_nothing() {
    let both = absent(
        absent(settled(), "mall.provider.okta"),
        "mall.strategy.keys",
    );
    let both = absent(both, "mall.app.main/phone");
    let scene = both.edit("mall.strategy.oidc", |desired| {
        desired.fields.insert("provider", to("mall.provider.spare"));
    });
    assert_eq!(reasons(&scene), "");
}

#[test]
fn a_declared_one_that_is_silent_about_it_holds_it_too() {
    let scene = absent(settled(), "mall.provider.okta").edit("mall.strategy.oidc", |desired| {
        desired.fields.remove("provider");
    });
    let scene = absent(absent(scene, "mall.strategy.keys"), "mall.app.main/phone");
    assert_snapshot!(reasons(&scene), @"`mall.provider.okta` cannot be deleted: 1 strategy that the plan leaves alone still uses it (`mall.strategy.oidc`); declare it `state: absent` or pointing elsewhere, delete it by hand, or keep `okta`");
}

#[test]
fn a_replace_under_something_undeclared_is_refused() {
    let scene = settled()
        .live("mall.strategy.keys", |live| {
            live.fields.insert("style", text("old"));
        })
        .forget("mall.app.main/phone");
    assert_snapshot!(reasons(&scene), @"`mall.strategy.keys` cannot be replaced: 1 app that the plan leaves alone still uses it (`mall.app.main/phone`); declare it `state: absent` or pointing elsewhere, delete it by hand, or keep `keys`");
}

#[test]
fn what_is_pruned_is_held_as_well() {
    let mut scene = settled().forget("mall.strategy.keys");
    scene = scene.forget("mall.app.main/phone");
    scene.prune = vec![Prune::Owned {
        vendor: "mall",
        document: DOCUMENT.to_owned(),
    }];
    assert!(scene.live.iter().any(|live| {
        live.owner == Some(Owner::Document(DOCUMENT.to_owned())) && live.kind == STRATEGY
    }));
    assert_snapshot!(reasons(&scene), @"`mall.strategy.keys` cannot be deleted: 1 app that the plan leaves alone still uses it (`mall.app.main/phone`); declare it `state: absent` or pointing elsewhere, delete it by hand, or keep `keys`");
}

#[test]
fn many_users_are_counted_and_some_of_them_named() {
    let mut scene = Scene::of([want(PROVIDER, "okta").with("flavour", "plain")]);
    for number in 0..8 {
        let strategy = want(STRATEGY, &format!("s{number}")).with("style", "key");
        scene = scene.wants(strategy.with("provider", to("mall.provider.okta")));
    }
    scene = absent(scene.settled(), "mall.provider.okta");
    for number in 0..8 {
        scene = scene.forget(&format!("mall.strategy.s{number}"));
    }
    assert_snapshot!(reasons(&scene), @"`mall.provider.okta` cannot be deleted: 8 strategies that the plan leaves alone still use it (`mall.strategy.s0`, `mall.strategy.s1`, `mall.strategy.s2`, `mall.strategy.s3`, `mall.strategy.s4`, 3 more); declare them `state: absent` or pointing elsewhere, delete them by hand, or keep `okta`");
}

#[test]
fn a_target_that_leaves_it_alone_is_not_refused() {
    let scene = absent(settled(), "mall.provider.okta")
        .forget("mall.strategy.keys")
        .forget("mall.strategy.oidc")
        .live("mall.provider.spare", |live| live.owner = None);
    let mut plan = scene.plan();
    assert_eq!(plan.refusals.len(), 1);
    plan.target(&[address("mall.provider.spare")], super::kinds::KINDS);
    assert_eq!(plan.refusals, []);
}
