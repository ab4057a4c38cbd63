//! Answers that ask for patience: each write is struck once, and nobody has to do anything.

use dcrsync::sandbox::{Effect, Fault, PathPattern, StatusEffect};

use crate::kinds::{managed, widest};
use crate::world::World;

async fn survives(effect: Effect) {
    for (kind, example) in widest() {
        for nth in 1.. {
            let world = World::new(example).await;
            if !world.disturbed(nth, effect.clone()).await {
                break;
            }
            println!("{kind}: {effect:?} at {nth}");
            // the run itself came to the end: the next one has nothing to do
            if !by_konnect(&world) {
                world.is_settled().await;
            }
            world.converge().await;
        }
    }
}

/// Konnect's own request to Okta was struck, which Konnect does not repeat.
fn by_konnect(world: &World) -> bool {
    world
        .since(0)
        .iter()
        .any(|entry| entry.fault.is_some() && entry.path == "/oauth2/v1/clients")
}

#[tokio::test]
async fn too_many_requests() {
    survives(Effect::Status(StatusEffect::new(429))).await;
}

#[tokio::test]
async fn unavailable() {
    survives(Effect::Status(StatusEffect::new(503))).await;
}

#[tokio::test]
async fn an_error_within() {
    survives(Effect::Status(StatusEffect::new(500))).await;
}

#[tokio::test]
async fn locked() {
    survives(Effect::Locked).await;
}

#[tokio::test]
async fn a_list_that_came_empty_doubles_nothing() {
    for (kind, example) in widest() {
        for collection in [
            "/api/v1/authorizationServers\\?",
            "/api/v1/apps\\?",
            "/v2/dcr-providers",
            "/v2/application-auth-strategies",
            "/applications\\?",
        ] {
            let world = World::settled(example).await;
            let before = world.dump().await;
            world.sandbox.arm([Fault {
                method: Some("GET".to_owned()),
                path: Some(PathPattern::new(collection).unwrap()),
                ..Fault::new(Effect::EmptyList)
            }]);
            // whether it fails or finds out, it must not make a second one
            let _ = world.run().await;
            world.disarm().await;
            world.converge().await;
            let difference = before.difference(&world.dump().await);
            assert_eq!(difference, "", "{kind}: {collection}");
        }
    }
}

#[tokio::test]
async fn a_plan_without_changes_reads_each_collection_once() {
    for kind in managed() {
        let name = kind.info().name;
        let world = World::settled(kind.example()).await;
        let before = world.last();
        world.is_settled().await;
        let mut paths: Vec<String> = world
            .since(before)
            .into_iter()
            .map(|entry| format!("{} {:?} {}", entry.method, entry.vendor, entry.path))
            .collect();
        let all = paths.len();
        paths.sort();
        paths.dedup();
        assert_eq!(paths.len(), all, "{name} reads twice: {paths:#?}");
        // all servers, scopes, claims and policies, the rules of two policies, apps, and at Konnect
        // providers, strategies, portals, publications, apis, and of a portal developers,
        // applications and registrations
        assert!(all <= 16, "{name}: {paths:#?}");
    }
}
