//! What must go: `state: absent`, `prune`, `renamed_from` and replaced objects.

use dcrsync::engine::EngineError;
use dcrsync::plan::{Action, RefusalKind};
use serde_json::json;

use crate::kinds::examples;
use crate::world::{World, told};

/// The application's example, each entry a tombstone; the registration goes with its application.
pub(crate) const ABSENT: &str = "
konnect:
  dcr_providers:
    okta-prod: { state: absent }
  auth_strategies:
    okta-oidc: { state: absent }
  publications:
    orders: { portal: developer-portal, state: absent }
  apps:
    mobile-backend: { portal: developer-portal, owner: { developer: dev@example.com }, state: absent }
okta:
  authorization_servers:
    default:
      scopes: { orders.read: { state: absent } }
      claims: { client_id: { state: absent } }
      policies:
        portal apps:
          state: absent
          rules: { machines: { state: absent } }
";

fn example(kind: &str) -> &'static str {
    let all = examples();
    all.iter().find(|(name, _)| *name == kind).unwrap().1
}

#[tokio::test]
async fn what_is_absent_goes_in_an_order_that_works_and_twice_is_fine() {
    let empty = World::new(example("konnect.app")).await.dump().await;
    let mut world = World::settled(example("konnect.app")).await;
    world.says(ABSENT);
    let done = world.converge().await;
    assert!(
        done.outcomes
            .iter()
            .all(|(_, action, _)| *action == Action::Delete),
        "{:?}",
        done.outcomes
    );
    let difference = empty.difference(&world.dump().await);
    assert_eq!(difference, "", "something was left");
    world.is_settled().await;
    world.converge().await;
}

#[tokio::test]
async fn an_absent_managed_app_takes_its_client_along() {
    let managed = example("okta.client");
    let empty = World::new(managed).await.dump().await;
    let mut world = World::settled(managed).await;
    let absent = ABSENT
        .replace("mobile-backend: {", "batch: { client: managed,")
        .replace(
            "  publications:\n    orders: { portal: developer-portal, state: absent }\n",
            "",
        );
    world.says(&absent);
    world.converge().await;
    assert_eq!(empty.difference(&world.dump().await), "");
    world.is_settled().await;
}

#[tokio::test]
async fn an_absent_server_is_deactivated_and_deleted_with_all_it_has() {
    let document = "
okta:
  authorization_servers:
    partners:
      description: Tokens for partners
      scopes: { a: {} }
      policies: { p: { clients: all, rules: { r: { grant_types: [client_credentials], scopes: [a] } } } }
";
    let mut world = World::settled(document).await;
    world.says("okta: { authorization_servers: { partners: { state: absent } } }");
    world.converge().await;
    assert!(
        world
            .dump()
            .await
            .named("okta servers", "partners")
            .is_empty()
    );
    world.is_settled().await;
}

#[tokio::test]
async fn a_server_that_is_pruned_keeps_what_is_declared_and_what_okta_made() {
    let kept = "
okta:
  authorization_servers:
    default:
      scopes: { keep: {} }
      claims: { keep: { value: app.clientId } }
      policies: { keep: { clients: all, rules: { keep: { grant_types: [client_credentials], scopes: [keep] } } } }
";
    let mut world = World::settled(kept).await;
    let only_kept = world.dump().await;
    let base = "/api/v1/authorizationServers/default";
    let post = reqwest::Method::POST;
    for (collection, body) in [
        ("scopes", json!({ "name": "stray" })),
        (
            "claims",
            json!({ "name": "stray", "claimType": "RESOURCE", "valueType": "EXPRESSION", "value": "\"x\"",
                "status": "ACTIVE", "conditions": { "scopes": ["stray"] } }),
        ),
        (
            "policies",
            json!({ "type": "OAUTH_AUTHORIZATION_POLICY", "name": "stray", "description": "stray", "priority": 1,
                "status": "ACTIVE", "conditions": { "clients": { "include": ["ALL_CLIENTS"] } } }),
        ),
    ] {
        world
            .write_okta(post.clone(), &format!("{base}/{collection}"), &body)
            .await;
    }
    world.is_settled().await;
    world.says(&kept.replace("default:", "default:\n      prune: true"));
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(
        planned.plan.count(Action::Delete),
        planned.plan.steps.len(),
        "{steps}"
    );
    world.converge().await;
    world.is_settled().await;
    let now = world.dump().await;
    for collection in ["scopes", "claims", "policies"] {
        let collection = format!("okta default {collection}");
        assert!(now.named(&collection, "stray").is_empty(), "{collection}");
        assert_eq!(now.named(&collection, "keep").len(), 1, "{collection}");
        let system = |dump: &crate::dump::Dump| {
            let of_okta = |object: &&serde_json::Value| object["system"] == true;
            dump.of(&collection).iter().filter(of_okta).count()
        };
        assert_eq!(system(&now), system(&only_kept), "{collection}");
    }
}

#[tokio::test]
async fn konnect_is_pruned_of_our_own_alone() {
    let all = "
konnect:
  auth_strategies:
    a: { strategy_type: key_auth, display_name: A, key_names: [k] }
    b: { strategy_type: key_auth, display_name: B, key_names: [k] }
    c: { strategy_type: key_auth, display_name: C, key_names: [k] }
";
    let mut world = World::settled(all).await;
    let dump = world.dump().await;
    let c = dump.named("konnect strategies", "c")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let other = json!({ "labels": { "dcrsync-owner": "other" } });
    world
        .patch_konnect(&format!("/v2/application-auth-strategies/{c}"), &other)
        .await;
    world.says(
        "
konnect:
  prune: true
  auth_strategies:
    a: { strategy_type: key_auth, display_name: A, key_names: [k] }
",
    );
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(steps.trim(), "delete konnect.auth_strategy.b", "{steps}");
    world.converge().await;
    world.is_settled().await;
    let now = world.dump().await;
    let left = ["a", "b", "c", "key-auth"].map(|name| now.named("konnect strategies", name).len());
    assert_eq!(left, [1, 0, 1, 1]);
}

#[tokio::test]
async fn a_rename_keeps_the_vendors_object() {
    let before = "
okta:
  authorization_servers:
    partners: { description: Old }
    default:
      scopes: { s: {} }
      claims: { c: { value: app.clientId } }
      policies: { p: { clients: all, rules: { r: { grant_types: [client_credentials], scopes: [s] } } } }
konnect:
  dcr_providers:
    o: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    k: { strategy_type: key_auth, display_name: A, key_names: [k] }
  portals:
    developer-portal: { auto_approve_developers: false }
";
    let after = "
okta:
  authorization_servers:
    partners2: { description: Old, renamed_from: partners }
    default:
      scopes: { s2: { renamed_from: s } }
      claims: { c2: { value: app.clientId, renamed_from: c } }
      policies: { p2: { clients: all, renamed_from: p, rules: { r2: { grant_types: [client_credentials], scopes: [s2], renamed_from: r } } } }
konnect:
  dcr_providers:
    o2: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN }, renamed_from: o }
  auth_strategies:
    k2: { strategy_type: key_auth, display_name: A, key_names: [k], renamed_from: k }
  portals:
    portal2: { auto_approve_developers: false, renamed_from: developer-portal }
";
    let mut world = World::settled(before).await;
    let old = world.dump().await;
    world.says(after);
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(
        planned.plan.count(Action::Update),
        planned.plan.steps.len(),
        "{steps}"
    );
    world.converge().await;
    world.is_settled().await;
    let now = world.dump().await;
    for (collection, name, other) in [
        ("okta servers", "partners", "partners2"),
        ("okta default scopes", "s", "s2"),
        ("okta default claims", "c", "c2"),
        ("okta default policies", "p", "p2"),
        ("okta default rules", "r", "r2"),
        ("konnect providers", "o", "o2"),
        ("konnect strategies", "k", "k2"),
        ("konnect portals", "developer-portal", "portal2"),
    ] {
        let id = old.named(collection, name)[0]["id"].clone();
        assert_eq!(now.named(collection, other)[0]["id"], id, "{collection}");
        assert!(now.named(collection, name).is_empty(), "{collection}");
    }
}

#[tokio::test]
async fn pruning_finds_what_no_entry_speaks_of_any_more() {
    let mut world = World::settled(example("konnect.app")).await;
    let absent = "
konnect:
  prune: true
  publications:
    orders: { portal: developer-portal, state: absent }
  apps:
    mobile-backend: { portal: developer-portal, owner: { developer: dev@example.com }, state: absent }
okta:
  authorization_servers:
    default:
      prune: true
";
    world.says(absent);
    world.converge().await;
    world.is_settled().await;
    let empty = World::new(example("konnect.app")).await.dump().await;
    // Okta's first policy is no system object: whoever prunes has to declare it to keep it
    let difference = empty.difference(&world.dump().await);
    for line in difference.lines() {
        assert!(
            line.starts_with("- ") && line.contains("/Default Policy"),
            "{line}"
        );
    }
}

#[tokio::test]
async fn a_portal_that_is_only_named_is_not_pruned() {
    let strategy = "
konnect:
  auth_strategies:
    k: { strategy_type: key_auth, display_name: K, key_names: [k] }
  publications:
    orders: { portal: developer-portal, auth_strategy: k }
";
    let managed = format!("{strategy}  portals: {{ developer-portal: {{ description: Ours }} }}\n");
    let mut world = World::settled(&managed).await;
    world.says(&format!("{strategy}  prune: true\n"));
    world.is_settled().await;
}

#[tokio::test]
async fn what_is_protected_does_not_go_with_another_either() {
    let keys = "
konnect:
  auth_strategies:
    s: { strategy_type: key_auth, display_name: S, key_names: [apikey] }
  publications:
    orders: { portal: developer-portal, auth_strategy: s, protected: true }
";
    let mut world = World::settled(keys).await;
    world.says(&keys.replace(
        "strategy_type: key_auth, display_name: S, key_names: [apikey]",
        "display_name: S, issuer: https://login.example, scopes: [a], credential_claims: [sub], auth_methods: [bearer]",
    ));
    let before = world.last();
    let refused = world.run().await;
    let Err(EngineError::Refused(refusals)) = refused else {
        panic!("not refused: {refused:?}")
    };
    let [refusal] = &refusals[..] else {
        panic!("{refusals:?}")
    };
    assert_eq!(refusal.kind, RefusalKind::Protected);
    assert_eq!(world.writes_since(before), Vec::<String>::new());
}
