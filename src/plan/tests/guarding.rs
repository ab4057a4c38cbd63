//! Limits, targets and what a plan costs.

use insta::assert_snapshot;

use super::kinds::{KINDS, PROVIDER, SCOPE, SEAT, SERVER, STRATEGY};
use super::scene::{Scene, Wish, address, text, to, want};
use crate::plan::{Action, BucketCost, Owner, RefusalKind};

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

/// The first reason, with the plan's digest by name.
fn reason(scene: &Scene) -> String {
    let plan = scene.plan();
    plan.refusals[0].message.replace(&plan.digest(), "<digest>")
}

#[test]
fn one_delete_more_than_allowed_is_refused() {
    let mut scene = scopes(20, 5);
    scene.guard.max_deletes = Some(5);
    assert_eq!(refused(&scene), []);
    scene.guard.max_deletes = Some(4);
    assert_snapshot!(reason(&scene), @"the plan deletes or replaces 5 objects (5 scopes), more than `max_deletes: 4`; raise the limit in `guard`, or allow exactly this plan with `--allow-deletes <digest>`");
}

#[test]
fn a_larger_share_than_allowed_is_refused() {
    // with the server there are 20 objects
    let mut scene = scopes(19, 5);
    scene.guard.max_delete_share = Some(25);
    assert_eq!(refused(&scene), []);
    scene.guard.max_delete_share = Some(24);
    assert_snapshot!(reason(&scene), @"the plan deletes or replaces 5 objects (5 scopes), more than `max_delete_share: 24%` of the 20 that were observed; raise the limit in `guard`, or allow exactly this plan with `--allow-deletes <digest>`");
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

/// Of twenty scopes so many are to go, where three may.
fn too_many(gone: usize) -> Scene {
    let mut scene = scopes(20, gone);
    scene.guard.max_deletes = Some(3);
    scene
}

#[test]
fn deletes_are_allowed_for_exactly_one_plan() {
    let mut plan = too_many(5).plan();
    assert!(plan.only_deletes_too_much());
    let digest = plan.digest();
    assert_eq!(digest.len(), 12);
    assert!(
        plan.refusals[0]
            .message
            .contains(&format!("`--allow-deletes {digest}`"))
    );
    // made once more from the same, it is the same plan
    assert_eq!(too_many(5).plan().digest(), digest);
    plan.allow_deletes(&digest).unwrap();
    assert_eq!(plan.refusals, []);
    assert!(plan.permit(&too_many(5).declared()).is_ok());

    let others = [
        too_many(6),
        too_many(5).wants(want(SCOPE, "default/new")),
        too_many(5).live("shop.scope.default/s0", |live| {
            live.fields.insert("description", text("changed by hand"));
        }),
        too_many(5).live("shop.scope.default/s7", |live| {
            live.fields.insert("name", text("s7 by another name"));
        }),
    ];
    for other in others {
        let mut other = other.plan();
        assert_ne!(other.digest(), digest);
        let refused = other.allow_deletes(&digest).unwrap_err();
        assert_eq!(refused.now, other.digest());
        assert_eq!(other.refusals.len(), 1, "{refused}");
    }
}

#[test]
fn what_was_allowed_and_done_leaves_nothing_to_allow() {
    let mut plan = scopes(20, 0).plan();
    assert!(plan.is_empty());
    plan.allow_deletes("0123456789ab").unwrap();
    assert_eq!(plan.refusals, []);
}

#[test]
fn what_is_protected_is_not_to_be_allowed() {
    let mut scene = too_many(5);
    scene.guard.protect = vec!["shop.scope.default/s0".to_owned()];
    let mut plan = scene.plan();
    assert!(!plan.only_deletes_too_much());
    let digest = plan.digest();
    plan.allow_deletes(&digest).unwrap();
    let kinds: Vec<_> = plan.refusals.iter().map(|refusal| refusal.kind).collect();
    assert_eq!(kinds, [RefusalKind::Protected]);
}

#[test]
fn a_target_is_held_to_the_limits_by_itself() {
    let mut plan = too_many(5).plan();
    let whole = plan.digest();
    plan.target(&[address("shop.scope.default/s1")], KINDS);
    assert_eq!(plan.refusals, []);
    assert_ne!(plan.digest(), whole);
}

#[test]
fn steps_that_were_added_behind_the_guards_back_are_held_up() {
    let scene = scopes(20, 2);
    let mut plan = scene.plan();
    plan.guard.max_deletes = Some(2);
    assert!(plan.permit(&scene.declared()).is_ok());
    let mut more = plan.steps[0].clone();
    more.address = address("shop.scope.default/s9");
    plan.steps.push(more);
    let refusals = plan.permit(&scene.declared()).unwrap_err();
    assert_eq!(refusals[0].kind, RefusalKind::TooManyDeletes);
}

#[test]
fn each_delete_asks_for_its_own_right() {
    let mut scene = scopes(20, 3);
    scene.desired[2].protected = true;
    let mut plan = scene.plan();
    plan.refusals.clear();
    let permit = plan.permit(&scene.declared()).unwrap();
    let world = scene.world();
    let live = |at: &str| world.get(&address(at)).unwrap().clone();
    let delete = |at: &str| {
        let done = permit.delete(&address(at), &live(at));
        done.map_err(|refusal| refusal.kind)
    };
    assert_eq!(delete("shop.scope.default/s0"), Ok(()));
    assert_eq!(
        delete("shop.scope.default/s0"),
        Err(RefusalKind::TooManyDeletes),
        "a right is used up"
    );
    assert_eq!(delete("shop.scope.default/s1"), Err(RefusalKind::Protected));
    assert_eq!(
        delete("shop.scope.default/s9"),
        Err(RefusalKind::TooManyDeletes),
        "the plan does not delete it"
    );
    let mut system = live("shop.scope.default/s2");
    system.system = true;
    let done = permit.delete(&address("shop.scope.default/s2"), &system);
    assert_eq!(
        done.map_err(|refusal| refusal.kind),
        Err(RefusalKind::System)
    );
    assert_eq!(plan.count(Action::Delete), 3);
}

#[test]
fn who_leans_on_an_object_stands_behind_it() {
    let scene = Scene::of([
        want(PROVIDER, "okta").with("flavour", "plain"),
        want(STRATEGY, "keys").with("style", "key"),
        want(SCOPE, "default/read"),
        want(SERVER, "default"),
    ])
    .settled()
    .live("mall.strategy.keys", |live| {
        // nothing in its fields says so
        live.leans
            .push((PROVIDER, "#mall.provider.okta".to_owned()));
        live.leans.push((SERVER, "#of nobody".to_owned()));
        live.along = Some(SEAT);
    })
    .edit("mall.provider.okta", |desired| desired.absent = true);
    let plan = scene.plan();
    let step = plan.step(&address("mall.provider.okta")).unwrap();
    let radius = &step.blast_radius.by_kind;
    let counts: Vec<_> = radius
        .iter()
        .map(|(kind, count)| (kind.as_str(), *count))
        .collect();
    assert_eq!(counts, [("mall.seat", 1), ("mall.strategy", 1)]);
    assert_eq!(step.let_go, [], "who only leans has nothing to let go of");
}
