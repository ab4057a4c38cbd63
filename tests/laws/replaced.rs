//! What cannot be changed is deleted and made anew, with all that hangs on it, in one run.

use dcrsync::plan::Action;

use crate::kinds::examples;
use crate::world::{World, told};

fn example() -> &'static str {
    let all = examples();
    all.iter()
        .find(|(name, _)| *name == "konnect.app")
        .unwrap()
        .1
}

#[tokio::test]
async fn the_type_of_a_provider_in_use_is_changed_with_all_behind_it() {
    let before = "
konnect:
  dcr_providers:
    p: { type: curity, issuer: https://login.example/oauth, client_id: konnect, client_secret: { env: OTHER_SECRET } }
  auth_strategies:
    s: { display_name: S, dcr_provider: p, scopes: [a], credential_claims: [client_id], auth_methods: [client_credentials] }
  publications:
    orders: { portal: developer-portal, auth_strategy: s }
";
    let mut world = World::settled(before).await;
    let old = world.dump().await;
    world.says(&before.replace("type: curity", "type: auth0"));
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(planned.plan.count(Action::Replace), 3, "{steps}");
    world.converge().await;
    world.is_settled().await;
    let now = world.dump().await;
    assert_eq!(
        now.named("konnect providers", "p")[0]["provider_type"],
        "auth0"
    );
    for (collection, name) in [("konnect providers", "p"), ("konnect strategies", "s")] {
        assert_ne!(
            now.named(collection, name)[0]["id"],
            old.named(collection, name)[0]["id"]
        );
        assert_eq!(now.named(collection, name).len(), 1);
    }
    assert_eq!(now.of("konnect publications").len(), 1);
}

#[tokio::test]
async fn the_type_of_a_strategy_in_use_is_changed_with_all_behind_it() {
    let keys = "
konnect:
  auth_strategies:
    s: { strategy_type: key_auth, display_name: S, key_names: [apikey] }
  publications:
    orders: { portal: developer-portal, auth_strategy: s }
";
    let openid = "
konnect:
  auth_strategies:
    s: { display_name: S, issuer: https://login.example/oauth, scopes: [a], credential_claims: [sub], auth_methods: [bearer] }
  publications:
    orders: { portal: developer-portal, auth_strategy: s }
";
    let mut world = World::settled(keys).await;
    for document in [openid, keys] {
        world.says(document);
        let planned = world.plan().await;
        let steps = told(&planned.plan.steps);
        assert_eq!(planned.plan.count(Action::Replace), 2, "{steps}");
        world.converge().await;
        world.is_settled().await;
        assert_eq!(world.dump().await.of("konnect publications").len(), 1);
    }
}

#[tokio::test]
async fn an_app_that_moves_to_another_strategy_gets_new_credentials() {
    let mut world = World::settled(example()).await;
    let moved = example()
        .replace("auth_strategy: okta-oidc", "auth_strategy: second")
        .replace(
            "  publications:",
            "    second: { display_name: Second, dcr_provider: okta-prod, scopes: [orders.read], credential_claims: [client_id], auth_methods: [client_credentials] }\n  publications:",
        );
    world.says(&moved);
    world.converge().await;
    world.is_settled().await;
    world.verifies().await;
    let now = world.dump().await;
    assert_eq!(now.of("konnect developer-portal applications").len(), 1);
    assert_eq!(
        now.of("konnect developer-portal application-registrations")
            .len(),
        1
    );
    assert_eq!(now.of("okta apps").len(), 1);
}

#[tokio::test]
async fn a_portal_outlives_the_strategy_that_is_its_default() {
    let before = "
konnect:
  auth_strategies:
    s: { strategy_type: key_auth, display_name: S, key_names: [apikey] }
  portals:
    developer-portal: { default_auth_strategy: s }
";
    let after = "
konnect:
  auth_strategies:
    s: { display_name: S, issuer: https://login.example/oauth, scopes: [a], credential_claims: [sub], auth_methods: [bearer] }
  portals:
    developer-portal: { default_auth_strategy: s }
";
    let mut world = World::settled(before).await;
    let old = world.dump().await;
    world.says(after);
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(planned.plan.count(Action::Replace), 1, "{steps}");
    assert_eq!(planned.plan.count(Action::Update), 1, "{steps}");
    world.converge().await;
    world.is_settled().await;
    let now = world.dump().await;
    let portal = |dump: &crate::dump::Dump| dump.of("konnect portals")[0].clone();
    assert_eq!(portal(&now)["id"], portal(&old)["id"]);
    assert_eq!(
        portal(&now)["default_application_auth_strategy_id"],
        now.named("konnect strategies", "s")[0]["id"]
    );
}
