//! Laws that hold for every small world, found by trying many.

use proptest::prelude::*;

use super::kinds::{APP, PROVIDER, RULE, SCOPE, SEAT, SERVER, STRATEGY};
use super::model::{self, Broken};
use super::scene::{Scene, Wish, to, want};
use crate::plan::{Desired, Phase, graph};

/// What a document may say about one object: nothing, or one of a few variants.
type Choices = Vec<u8>;

/// How many bytes decide about a document.
const CHOICES: usize = 40;

/// A document of what the bytes choose; objects that need a missing one are left out.
fn document(choices: &[u8]) -> Vec<Desired> {
    let mut bytes = choices.iter().copied().chain(std::iter::repeat(0));
    let mut next = move || bytes.next().unwrap_or_default();
    let mut all: Vec<Desired> = Vec::new();
    let pick = |byte: u8, of: &'static [&'static str]| of[usize::from(byte) % of.len()];
    for server in ["one", "two"] {
        let choice = next();
        if choice % 4 == 0 {
            continue;
        }
        let region = pick(choice / 4, &["eu", "us"]);
        all.push(want(SERVER, server).with("region", region));
        for scope in ["read", "write"] {
            let choice = next();
            if choice % 3 > 0 {
                let key = format!("{server}/{scope}");
                let description = pick(choice / 3, &["", "x", "y"]);
                all.push(want(SCOPE, &key).with("description", description));
            }
        }
        for rule in ["a", "b", "c"] {
            let (choice, priority) = (next(), next());
            if choice % 3 == 0 {
                continue;
            }
            let mut entry = want(RULE, &format!("{server}/{rule}")).with("scopes", []);
            if priority > 0 {
                // no two of a family are the same
                let own = i64::from(rule.as_bytes()[0]) - i64::from(b'a') + 1;
                entry = entry.with("priority", i64::from(priority) * 3 + own);
            }
            let scope = format!("{server}/{}", pick(choice / 3, &["read", "write"]));
            let scope = SCOPE.at(&scope);
            if all.iter().any(|desired| desired.address == scope) {
                let name = scope.key().rsplit('/').next().unwrap_or_default();
                entry = entry.with("scopes", [name]).after(&[scope.as_str()]);
            }
            all.push(entry);
        }
    }
    for provider in ["okta", "auth"] {
        let choice = next();
        if choice % 4 > 0 {
            let flavour = pick(choice / 4, &["plain", "fancy"]);
            all.push(want(PROVIDER, provider).with("flavour", flavour));
        }
    }
    let there = |all: &[Desired], text: &str| all.iter().any(|one| one.address.as_str() == text);
    for strategy in ["keys", "oidc"] {
        let choice = next();
        let provider = pick(choice / 4, &["mall.provider.okta", "mall.provider.auth"]);
        if choice % 4 > 0 && there(&all, provider) {
            let style = pick(choice / 8, &["s", "t"]);
            let entry = want(STRATEGY, strategy).with("style", style);
            all.push(entry.with("provider", to(provider)));
        }
    }
    for app in ["phone", "web"] {
        let choice = next();
        let strategy = pick(choice / 4, &["mall.strategy.keys", "mall.strategy.oidc"]);
        if choice % 4 == 0 || !there(&all, strategy) {
            continue;
        }
        let key = format!("main/{app}");
        all.push(want(APP, &key).with("strategy", to(strategy)));
        if choice % 4 > 1 {
            all.push(
                want(SEAT, &format!("main/{app}-orders"))
                    .with("app", to(&format!("mall.app.main/{app}")))
                    .with("thing", "orders"),
            );
        }
    }
    all
}

/// One document was applied, another one is wanted now; what only the first has is absent.
fn scene(before: &[u8], after: &[u8]) -> Scene {
    let old = document(before);
    let mut scene = Scene::of(old.clone()).settled();
    scene.desired = document(after);
    for desired in old {
        if scene
            .desired
            .iter()
            .all(|one| one.address != desired.address)
        {
            scene.desired.push(Desired {
                absent: true,
                after: Vec::new(),
                ..desired
            });
        }
    }
    scene.guard.max_deletes = None;
    scene.guard.max_delete_share = None;
    // the hall is only looked up, and is always there
    if scene.live.iter().all(|live| live.id != "#mall.hall.main") {
        let hall = Scene::of([want(APP, "main/any")]).settled();
        let hall = hall
            .live
            .into_iter()
            .find(|live| live.id == "#mall.hall.main");
        scene.live.extend(hall);
    }
    scene
}

/// Only what no field holds for sure may come as a surprise: a rule that names a scope, or a seat.
fn may_be_refused(broken: &Broken) -> bool {
    match broken {
        Broken::InUse(gone, _) => gone.kind() == "shop.scope" || gone.kind() == "mall.app",
        Broken::Cycle | Broken::Missing(..) => false,
    }
}

fn choices() -> impl Strategy<Value = Choices> {
    proptest::collection::vec(any::<u8>(), CHOICES)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 512,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_plan_can_be_carried_out_and_leaves_nothing_over(
        before in choices(),
        after in choices(),
    ) {
        let scene = scene(&before, &after);
        let plan = scene.plan();
        prop_assert!(plan.refusals.is_empty(), "{:?}", plan.refusals);
        for late in [false, true] {
            let settled = model::apply(&scene, &plan, late);
            prop_assert!(settled.is_ok(), "{:?}\n{}", settled.err(), scene.picture());
            let Ok(settled) = settled else { continue };
            prop_assert_eq!(settled.picture(), "nothing\n", "after\n{}", scene.picture());
        }
    }

    #[test]
    fn a_graph_is_whole_and_has_no_cycle(
        before in choices(),
        after in choices(),
        forgotten in any::<u32>(),
    ) {
        let mut scene = scene(&before, &after);
        // some of what is to go is not declared at all, so that the vendor may refuse
        let mut bit = 0;
        scene.desired.retain(|desired| {
            bit += 1;
            !desired.absent || forgotten >> (bit % 32) & 1 == 0
        });
        let plan = scene.plan();
        let nodes = graph(&plan.steps);
        prop_assert_ne!(model::sorted(&nodes, false), Err(Broken::Cycle));
        // whatever the vendor would refuse is refused before the first write
        if plan.refusals.is_empty()
            && let Err(broken) = model::apply(&scene, &plan, forgotten % 2 == 0)
        {
            prop_assert!(may_be_refused(&broken), "{:?}\n{}", broken, scene.picture());
        }
        for node in &nodes {
            prop_assert!(node.requires.iter().all(|needed| *needed < nodes.len()));
        }
        for (at, step) in plan.steps.iter().enumerate() {
            let has = |phase| nodes.iter().any(|node| node.step == at && node.phase == phase);
            prop_assert_eq!(has(Phase::Remove), step.action.removes());
            prop_assert_eq!(has(Phase::Make), step.action.makes());
        }
    }

    #[test]
    fn the_same_document_twice_is_nothing(choices in choices()) {
        let scene = Scene::of(document(&choices)).settled();
        prop_assert_eq!(scene.picture(), "nothing\n");
    }
}
