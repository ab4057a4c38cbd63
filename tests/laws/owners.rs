//! Whose an object is: ours, nobody's, another document's or another tool's.

use dcrsync::engine::EngineError;
use dcrsync::plan::{Action, RefusalKind};
use serde_json::{Value as Json, json};

use crate::world::{World, told};

const DOCUMENT: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    keys: { strategy_type: key_auth, display_name: Keys, key_names: [apikey] }
  portals:
    developer-portal: { auto_approve_developers: false }
";

const COLLECTIONS: [(&str, &str); 3] = [
    ("konnect providers", "/v2/dcr-providers"),
    ("konnect strategies", "/v2/application-auth-strategies"),
    ("konnect portals", "/v3/portals"),
];

/// The names of the document's objects, in the order of the collections.
const NAMES: [&str; 3] = ["okta-prod", "keys", "developer-portal"];

/// Settles the document and then labels all its objects anew, as another tool would.
async fn labelled(labels: Json) -> World {
    let world = World::settled(DOCUMENT).await;
    let dump = world.dump().await;
    for ((collection, path), name) in COLLECTIONS.into_iter().zip(NAMES) {
        let objects = dump.named(collection, name);
        let id = objects[0]["id"].as_str().unwrap();
        let body = json!({ "labels": labels });
        world.patch_konnect(&format!("{path}/{id}"), &body).await;
    }
    world
}

#[tokio::test]
async fn an_object_without_an_owner_is_adopted_by_labels_alone() {
    let world = labelled(json!({ "dcrsync-owner": null })).await;
    let before = world.last();
    let planned = world.plan().await;
    assert_eq!(
        planned.plan.count(Action::Adopt),
        3,
        "{}",
        told(&planned.plan.steps)
    );
    for step in &planned.plan.steps {
        assert!(step.fields.is_empty(), "{}", told(&planned.plan.steps));
    }
    world.converge().await;
    assert_eq!(world.writes_since(before).len(), 3);
    world.is_settled().await;
    let dump = world.dump().await;
    for ((collection, _), name) in COLLECTIONS.into_iter().zip(NAMES) {
        let objects = dump.named(collection, name);
        assert_eq!(
            objects[0]["labels"]["dcrsync-owner"], "laws",
            "{collection}"
        );
    }
}

#[tokio::test]
async fn what_others_own_is_refused_until_it_is_taken_over() {
    for labels in [
        json!({ "dcrsync-owner": "other-document" }),
        json!({ "dcrsync-owner": null, "KONGCTL-namespace": "platform" }),
    ] {
        let mut world = labelled(labels).await;
        let before = world.last();
        let planned = world.plan().await;
        let refused = planned
            .plan
            .refusals
            .iter()
            .filter(|refusal| refusal.kind == RefusalKind::ForeignOwner);
        assert_eq!(refused.count(), 3, "{:#?}", planned.plan.refusals);
        let applied = world.run().await;
        assert!(
            matches!(applied, Err(EngineError::Refused(_))),
            "{applied:?}"
        );
        assert_eq!(world.writes_since(before), Vec::<String>::new());
        world.taking_over().converge().await;
        world.not_taking_over().is_settled().await;
    }
}

#[tokio::test]
async fn two_documents_do_not_fight() {
    let mut world = World::settled(DOCUMENT).await;
    world.named("second");
    let applied = world.run().await;
    assert!(
        matches!(applied, Err(EngineError::Refused(_))),
        "{applied:?}"
    );
    world.named("laws").is_settled().await;
}
