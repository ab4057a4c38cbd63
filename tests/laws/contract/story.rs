//! Worlds in which each operation that our clients can send is sent.

use std::collections::BTreeSet;
use std::sync::Arc;

use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use dcrsync::base::{Scrubber, Secret};
use dcrsync::vendor;
use dcrsync::vendor::okta::{OktaAccess, OktaLogin, OktaService, Reader, Writer};
use dcrsync::vendor::portal::Session;
use reqwest::Method;
use serde_json::{Value as Json, json};
use url::Url;

use super::book::Book;
use super::operations;
use crate::gone::ABSENT;
use crate::kinds::examples;
use crate::world::{TODAY, World, at};

const OKTA: &str = "
okta:
  authorization_servers:
    partners:
      description: before
      audiences: [api://partners]
      scopes: { s: { description: before } }
      claims: { c: { value: user.before } }
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
    let changes = [
        ("before", "after"),
        ("team: a", "more: b"),
        ("minutes: 30", "minutes: 31"),
    ];
    let mut text = document.to_owned();
    for (old, new) in changes {
        text = text.replace(old, new);
    }
    world.says(&text);
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
    // an issuer that is known by the other of its two names
    world.sandbox.arm([serde_json::from_value(json!({
        "vendor": "okta", "path": "/openid-configuration$", "effect": { "status": { "code": 404 } },
    }))
    .unwrap()]);
    world.verifies().await;
    std::fs::remove_file(world.file(".dcrsync/clients.sops.yaml")).unwrap();
    world.converge().await;
    stop(&world).await;
    world.converge().await;
    world.says(&document.replace("Backend of the mobile app", "Another text"));
    world.converge().await;
    // another strategy needs another application, with what hangs on it
    let second = "auth_strategies:\n    second: { display_name: Second, dcr_provider: okta-prod, scopes: [orders.read], credential_claims: [client_id], auth_methods: [client_credentials] }";
    let moved = document
        .replace("auth_strategy: okta-oidc", "auth_strategy: second")
        .replace("auth_strategies:", second);
    world.says(&moved);
    world.converge().await;
    let second = "auth_strategies:\n    second: { state: absent }";
    world.says(&absent.replace("auth_strategies:", second));
    world.converge().await;
    told.end(&world, book);
}

/// Takes our mark from the client, deactivates it and revokes the registration, as somebody in the consoles does.
async fn stop(world: &World) {
    let dump = world.dump().await;
    for client in dump.of("okta apps") {
        let id = client["id"].as_str().unwrap();
        let path = format!("/api/v1/apps/{id}");
        let mut unmarked = client.clone();
        unmarked["profile"] = json!({});
        world.write_okta(Method::PUT, &path, &unmarked).await;
        let path = format!("{path}/lifecycle/deactivate");
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

/// An application that belongs to a team.
async fn team(told: &mut Told, book: &Book) {
    let developer = "owner: { developer: dev@example.com }";
    let managed = example("okta.client");
    assert!(managed.contains(developer), "{managed}");
    let document = managed.replace(developer, "owner: { team: Mobile }");
    let world = World::settled(&document).await;
    told.end(&world, book);
}

/// dcrsync as a service application of Okta, which logs in with its key.
async fn robot(told: &mut Told, book: &Book) {
    let world = World::new(example("okta.scope")).await;
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let point = key.public_key().as_ref();
    let number = |range| URL_SAFE_NO_PAD.encode(&point[range]);
    let public = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "kid": "first", "x": number(1..33), "y": number(33..65) });
    let app = json!({
        "name": "oidc_client", "label": "robot", "signOnMode": "OPENID_CONNECT",
        "credentials": { "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } },
        "settings": { "oauthClient": {
            "application_type": "service", "grant_types": ["client_credentials"],
            "dpop_bound_access_tokens": true, "jwks": { "keys": [public] },
        } },
    });
    let app = world.write_okta(Method::POST, "/api/v1/apps", &app).await;
    let id = app["id"].as_str().unwrap();
    let scope = "okta.authorizationServers.read";
    let grant = json!({ "issuer": world.sandbox.origins.okta, "scopeId": scope });
    let grants = format!("/api/v1/apps/{id}/grants");
    world.write_okta(Method::POST, &grants, &grant).await;
    let secret = STANDARD.encode(key.to_pkcs8v1().unwrap().as_ref());
    let access = OktaAccess {
        org_url: world.sandbox.origins.okta.clone(),
        login: OktaLogin::Service(OktaService {
            client_id: id.to_owned(),
            private_key: Secret::new(format!(
                "-----BEGIN PRIVATE KEY-----\n{secret}\n-----END PRIVATE KEY-----\n"
            )),
            key_id: Some("first".to_owned()),
            read: vec![scope.to_owned()],
            manage: Vec::new(),
            dpop: true,
        }),
        options: vendor::Options::default(),
    };
    let reader = Reader::new(access, Arc::new(Scrubber::default())).unwrap();
    let servers = reader.list("/api/v1/authorizationServers", &[]).await;
    assert!(!servers.unwrap().is_empty());
    told.end(&world, book);
}

/// The token of a provider is tried by both vendors, and revoked by itself.
async fn token(told: &mut Told, book: &Book) {
    let document = example("konnect.dcr_provider");
    let world = World::settled(document).await;
    let engine = world.engine();
    let planned = engine.plan(TODAY).await.unwrap();
    let address = at("konnect.dcr_provider", "okta-prod");
    let checked = engine.check_token(&planned, &address).await;
    assert!(checked.passed(), "{checked:#?}");
    let tried = engine.verify_provider(&planned, &address).await.unwrap();
    assert!(tried.passed(), "{tried:#?}");
    let token = world.sandbox.okta_token.clone();
    let access = OktaAccess {
        org_url: world.sandbox.origins.okta.clone(),
        login: OktaLogin::Token(Secret::new(token)),
        options: vendor::Options::default(),
    };
    let reader = Reader::new(access, Arc::new(Scrubber::default())).unwrap();
    let writer = Writer::new(reader);
    let revoked = writer.delete("/api/v1/api-tokens/current").await;
    revoked.unwrap();
    told.end(&world, book);
}

/// A developer who logs in and out.
async fn visitor(told: &mut Told, book: &Book) {
    let world = World::new(example("konnect.portal")).await;
    let portal = Url::parse(&world.sandbox.origins.portal).unwrap();
    let password = Secret::new("sandbox");
    let session = Session::login(
        &portal,
        "dev@example.com",
        &password,
        Arc::new(Scrubber::default()),
        vendor::Options::default(),
    );
    session.await.unwrap().logout().await.unwrap();
    told.end(&world, book);
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

    team(&mut told, book).await;
    robot(&mut told, book).await;
    visitor(&mut told, book).await;
    token(&mut told, book).await;

    let sent: BTreeSet<&str> = told.0.iter().map(String::as_str).collect();
    let ours = operations::all();
    let unknown: Vec<_> = sent.difference(&ours).collect();
    assert!(unknown.is_empty(), "not in the list of ours: {unknown:#?}");
    let unsent: Vec<_> = ours.difference(&sent).collect();
    assert!(unsent.is_empty(), "never sent: {unsent:#?}");
    for (unreached, _) in operations::UNREACHED {
        assert!(book.has(unreached), "no contract has {unreached}");
        assert!(!sent.contains(unreached), "{unreached} is sent after all");
    }
    let forgotten = operations::forgotten(&book.segments());
    assert!(
        forgotten.is_empty(),
        "named in the source, and in no operation of the list: {forgotten:?}"
    );
}
