//! Secrets of the document: a rotated one is one visible change, and none is ever shown.

use dcrsync::plan::Action;

use crate::kinds::examples;
use crate::world::{World, at};

const DOCUMENT: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
    curity: { type: curity, issuer: https://login.example/oauth, client_id: konnect, client_secret: { env: OTHER_SECRET } }
    bridge: { type: http, issuer: https://bridge.example, base_url: https://bridge.example/dcr, api_key: { env: OTHER_SECRET } }
";

#[tokio::test]
async fn a_rotated_secret_is_one_sensitive_change() {
    let mut world = World::settled(DOCUMENT).await;
    for (name, value, providers) in [
        (
            "DCR_TOKEN",
            "00another-dcr-token",
            vec![("okta-prod", "dcr_token")],
        ),
        (
            "OTHER_SECRET",
            "another_secret_of_theirs",
            vec![("curity", "client_secret"), ("bridge", "api_key")],
        ),
    ] {
        world.secret(name, value);
        let planned = world.plan().await;
        assert_eq!(planned.plan.steps.len(), providers.len());
        for (provider, field) in &providers {
            let step = planned
                .plan
                .step(&at("konnect.dcr_provider", provider))
                .unwrap();
            assert_eq!(step.action, Action::Update);
            let [change] = &step.fields[..] else {
                panic!("{:?}", step.fields)
            };
            assert_eq!((change.name, change.sensitive), (*field, true));
            assert_ne!(change.old, change.new);
        }
        let before = world.last();
        world.converge().await;
        assert_eq!(world.writes_since(before).len(), providers.len());
        world.is_settled().await;
    }
}

#[tokio::test]
async fn no_secret_is_in_anything_that_is_shown() {
    for (kind, example) in examples() {
        let world = World::new(example).await;
        let planned = world.plan().await;
        let done = world.converge().await;
        let engine = world.engine();
        let after = engine.plan(crate::world::TODAY).await.unwrap();
        let verdicts = engine.verify(&after, None).await.unwrap();
        let dump = world.dump().await;
        let shown = format!("{planned:?} {done:?} {after:?} {verdicts:?} {dump:?}");
        for secret in world.secrets().chain(["BEGIN AGE", "AGE-SECRET-KEY"]) {
            assert!(!shown.contains(secret), "{kind}: `{secret}` is shown");
        }
        let kept = std::fs::read_to_string(world.file(".dcrsync/clients.sops.yaml"));
        for client in dump.of("okta apps") {
            // the file that keeps credentials shows not even the client's id
            let id = client["credentials"]["oauthClient"]["client_id"].as_str();
            let text = kept.as_ref().unwrap();
            assert!(!text.contains(id.unwrap()), "{kind}: {text}");
        }
    }
}
