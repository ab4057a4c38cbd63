//! Worlds in which each operation that our clients can send is sent.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::{Value as Json, json};

use super::book::Book;
use super::operations;
use crate::gone::ABSENT;
use crate::kinds::examples;
use crate::world::World;

const OKTA: &str = "
okta:
  authorization_servers:
    partners:
      description: before
      audiences: [api://partners]
      scopes: { s: { description: before } }
      claims: { c: { value: app.clientId } }
      policies:
        p: { description: before, clients: all, rules: { r: { grant_types: [client_credentials], scopes: [s], access_token_minutes: 30 } } }
";

const KONNECT: &str = "
konnect:
  dcr_providers:
    okta: { type: okta, display_name: before, authorization_server: default, dcr_token: { env: DCR_TOKEN }, labels: { team: a } }
    auth0: { type: auth0, display_name: before, issuer: https://acme.auth0.com, client_id: c, client_secret: { env: OTHER_SECRET }, audience: x }
    azure: { type: azure_ad, display_name: before, issuer: 'https://sts.windows.net/f5a1c7f0-7c1a-4a3e-9c26-0b1d9cf2d9d0', client_id: c, client_secret: { env: OTHER_SECRET } }
    curity: { type: curity, display_name: before, issuer: https://login.example/oauth, client_id: c, client_secret: { env: OTHER_SECRET } }
    http: { type: http, display_name: before, issuer: https://bridge.example, base_url: https://bridge.example/dcr, api_key: { env: OTHER_SECRET } }
  auth_strategies:
    k: { strategy_type: key_auth, display_name: before, key_names: [k] }
    o: { display_name: before, issuer: https://login.example, scopes: [a], credential_claims: [sub], auth_methods: [bearer], labels: { team: a } }
  portals:
    partners: { display_name: before, description: before, default_auth_strategy: k, auto_approve_applications: false, labels: { team: a } }
  publications:
    orders: { portal: partners, auth_strategy: k, visibility: public }
";

fn example(kind: &str) -> &'static str {
    let all = examples();
    all.iter().find(|(name, _)| *name == kind).unwrap().1
}

/// Every entry of a document as a tombstone, but for what is needed to find it.
const NOTHING_AT_KONNECT: &str = "
konnect:
  dcr_providers: { okta: { state: absent }, auth0: { state: absent }, azure: { state: absent }, curity: { state: absent }, http: { state: absent } }
  auth_strategies: { k: { state: absent }, o: { state: absent } }
  portals: { partners: { state: absent } }
  publications: { orders: { portal: partners, state: absent } }
";

const NOTHING_AT_OKTA: &str = "
okta:
  authorization_servers:
    partners: { state: absent }
";

/// What was heard in the worlds of the story.
#[derive(Default)]
struct Told(BTreeSet<String>);

impl Told {
    fn end(&mut self, world: &World, book: &Book) {
        let sent = world.hearing.sent();
        assert!(!sent.is_empty(), "nothing was heard");
        self.0
            .extend(sent.iter().filter_map(|sent| book.judge(sent).operation));
    }
}

/// Applied, changed in all its texts, and taken away again.
async fn life(told: &mut Told, book: &Book, document: &str, absent: &str) {
    let mut world = World::settled(document).await;
    world.says(
        &document
            .replace("before", "after")
            .replace("team: a", "team: b, more: c"),
    );
    world.converge().await;
    world.says(document);
    world.converge().await;
    world.says(absent);
    world.converge().await;
    told.end(&world, book);
}

/// An application that loses its credentials, is stopped by hand, and goes.
async fn application(told: &mut Told, book: &Book, document: &str, absent: &str) {
    let mut world = World::settled(document).await;
    world.verifies().await;
    std::fs::remove_file(world.file(".dcrsync/clients.sops.yaml")).unwrap();
    world.converge().await;
    stop(&world).await;
    world.converge().await;
    world.says(&document.replace("Backend of the mobile app", "Another text"));
    world.converge().await;
    world.says(&document.replace("apis: [orders]", "apis: []"));
    world.converge().await;
    world.says(absent);
    world.converge().await;
    told.end(&world, book);
}

/// Deactivates the client and revokes the registration, as somebody in the consoles does.
async fn stop(world: &World) {
    let dump = world.dump().await;
    for client in dump.of("okta apps") {
        let id = client["id"].as_str().unwrap();
        let path = format!("/api/v1/apps/{id}/lifecycle/deactivate");
        world.write_okta(Method::POST, &path, &json!({})).await;
    }
    let portal = dump.of("konnect portals")[0]["id"].as_str().unwrap();
    for registration in dump.of("konnect developer-portal application-registrations") {
        let id = |pointer: &str| {
            registration
                .pointer(pointer)
                .and_then(Json::as_str)
                .unwrap()
        };
        let path = format!(
            "/v3/portals/{portal}/applications/{}/registrations/{}",
            id("/application/id"),
            id("/id")
        );
        let revoked = json!({ "status": "revoked" });
        world.patch_konnect(&path, &revoked).await;
    }
}

#[tokio::test]
async fn each_operation_of_ours_is_sent() {
    let Some(book) = Book::open() else { return };
    let mut told = Told::default();
    for (_, example) in examples() {
        told.end(&World::settled(example).await, book);
    }
    life(&mut told, book, OKTA, NOTHING_AT_OKTA).await;
    life(&mut told, book, KONNECT, NOTHING_AT_KONNECT).await;
    application(&mut told, book, example("konnect.app"), ABSENT).await;
    let managed = example("okta.client");
    let absent = ABSENT.replace("mobile-backend: {", "batch: { client: managed,");
    application(&mut told, book, managed, &absent).await;

    let sent: BTreeSet<&str> = told.0.iter().map(String::as_str).collect();
    let ours = operations::all();
    let unknown: Vec<_> = sent.difference(&ours).collect();
    assert!(unknown.is_empty(), "not in the list of ours: {unknown:#?}");
    let unsent: Vec<_> = ours.difference(&sent).collect();
    assert!(unsent.is_empty(), "never sent: {unsent:#?}");
    let forgotten = operations::forgotten(&book.segments());
    assert!(
        forgotten.is_empty(),
        "named in the source, and in no operation of the list: {forgotten:?}"
    );
}
