use std::fmt::Write;
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};

use super::stage::Stage;
use crate::sandbox::{Options, SandboxError, Seed, Vendor, start};

const WORLD: &str = r"
servers:
  - name: partners
    scopes: [orders.read, { name: orders.write, consent: REQUIRED, published: true }]
    claims: [{ name: client_id, value: app.clientId }]
    policies: [machines]
  - name: default
    scopes: [extra]
clients: [{ name: legacy, client_id: legacy-client, client_secret: legacy-secret-0123456789 }]
providers: [{ name: okta, server: partners }]
strategies:
  - { name: okta-oidc, server: partners, provider: okta, scopes: [orders.read] }
  - { name: keys, key_names: [x-key] }
portals: [{ name: internal, auto_approve_applications: true }, plain]
apis: [invoices, { name: billing, version: 2.0.0 }]
developers:
  - { email: ann@acme.example, password: correct horse }
  - { portal: internal, email: bob@acme.example }
teams: [{ portal: internal, name: Mobile, developers: [bob@acme.example] }]
publications: [{ api: orders, strategy: okta-oidc, auto_approve: true }]
applications:
  - { name: backend, owner: ann@acme.example, strategy: okta-oidc, apis: [orders] }
  - { name: linked, owner: ann@acme.example, strategy: okta-oidc, client: legacy, apis: [orders] }
";

async fn planted(text: &str) -> Stage {
    Stage::with(Options {
        seed: serde_saphyr::from_str(text).unwrap(),
        ..Options::default()
    })
    .await
}

async fn names(stage: &Stage, vendor: Vendor, path: &str) -> Vec<String> {
    let answer: Value = stage.get(vendor, path).await.json().await.unwrap();
    let list = answer.get("data").unwrap_or(&answer).as_array().unwrap();
    let name = |item: &Value| {
        item["label"]
            .as_str()
            .or(item["name"].as_str())
            .map(str::to_owned)
    };
    list.iter().filter_map(name).collect()
}

#[tokio::test]
async fn a_world_is_made_as_it_is_written() {
    let stage = planted(WORLD).await;
    let server = stage.server("partners").await.unwrap();
    let path = format!(
        "/api/v1/authorizationServers/{}/scopes",
        server["id"].as_str().unwrap()
    );
    let scopes = names(&stage, Vendor::Okta, &path).await;
    assert!(
        scopes.contains(&"orders.read".to_owned()) && scopes.contains(&"orders.write".to_owned())
    );
    let path = "/api/v1/authorizationServers/default/scopes";
    assert!(
        names(&stage, Vendor::Okta, path)
            .await
            .contains(&"extra".to_owned())
    );
    let portals = names(&stage, Vendor::Konnect, "/v3/portals").await;
    assert_eq!(portals, ["developer-portal", "internal", "plain"]);
    let strategies = names(&stage, Vendor::Konnect, "/v2/application-auth-strategies").await;
    assert_eq!(strategies, ["key-auth", "okta-oidc", "keys"]);
}

/// The whole chain: a token of the seeded server for the seeded client opens the seeded route.
#[tokio::test]
async fn a_seeded_client_passes_the_gateway() {
    let stage = planted(WORLD).await;
    let url = format!("{}/orders", stage.sandbox.origins.gateway);
    let with = |secret: &'static str| {
        let request = stage.client.get(&url);
        request.basic_auth("legacy-client", Some(secret)).send()
    };
    assert_eq!(
        with("legacy-secret-0123456789").await.unwrap().status(),
        200
    );
    assert_eq!(with("something-else").await.unwrap().status(), 401);
}

/// An application whose strategy has a provider is registered in Okta while the seed is planted.
#[tokio::test]
async fn dynamic_clients_are_really_registered() {
    let stage = planted(WORLD).await;
    assert!(
        names(&stage, Vendor::Okta, "/api/v1/apps")
            .await
            .contains(&"backend".to_owned())
    );
}

#[tokio::test]
async fn the_id_of_a_signing_key_can_be_told() {
    let stage = planted("servers: [{ name: default, signing_key: key-of-old }, plain]").await;
    let path = "/api/v1/authorizationServers/default/credentials/keys/key-of-old";
    let key: Value = stage.get(Vendor::Okta, path).await.json().await.unwrap();
    assert_eq!(
        (&key["kid"], &key["status"]),
        (&"key-of-old".into(), &"ACTIVE".into())
    );
    let plain = stage.server("plain").await.unwrap();
    assert_ne!(plain["credentials"]["signing"]["kid"], "key-of-old");
}

/// The one of the manual, so that it stays true.
#[tokio::test]
async fn the_example_of_the_manual_can_be_planted() {
    let manual = include_str!("../../../docs/sandbox.md");
    let (_, rest) = manual.split_once("```yaml\n").unwrap();
    let (example, _) = rest.split_once("```").unwrap();
    assert!(planted(example).await.has_server("partners").await);
}

#[tokio::test]
async fn seeded_passwords_log_in() {
    let stage = planted(WORLD).await;
    for (email, password, status) in [
        ("ann@acme.example", "correct horse", 204),
        ("ann@acme.example", "sandbox", 401),
        ("bob@acme.example", "sandbox", 204),
    ] {
        let path = "/api/v3/developer/authenticate";
        let body = json!({ "username": email, "password": password });
        let request = stage
            .request(Vendor::Portal, Method::POST, path)
            .json(&body);
        assert_eq!(request.send().await.unwrap().status(), status, "{email}");
    }
}

#[tokio::test]
async fn a_reset_plants_the_world_again() {
    let stage = planted(WORLD).await;
    stage.control(Method::POST, "reset", None).await;
    assert!(stage.has_server("partners").await);
    let apis = names(&stage, Vendor::Konnect, "/v3/apis").await;
    assert_eq!(apis, ["orders", "invoices", "billing"]);
}

#[tokio::test]
async fn what_cannot_be_made_is_named_with_the_reason() {
    for (text, entry, reason) in [
        (
            "servers: [{ name: a, scopes: ['with space'] }]",
            "scope `with space`",
            "name",
        ),
        (
            "publications: [{ api: nowhere }]",
            "publication of `nowhere`",
            "there is no API",
        ),
        (
            "strategies: [{ name: s, provider: p }]",
            "auth strategy `s`",
            "there is no DCR provider `p`",
        ),
    ] {
        let options = Options {
            seed: serde_saphyr::from_str(text).unwrap(),
            ..Options::default()
        };
        let SandboxError::Seed {
            entry: found,
            reason: why,
        } = start(options).await.unwrap_err()
        else {
            panic!("another error for {text}");
        };
        assert_eq!(found, entry);
        assert!(why.contains(reason), "{why}");
    }
}

#[test]
fn a_misspelt_key_is_refused_at_each_depth() {
    for text in [
        "{ server: [partners] }",
        "{ servers: [{ name: a, scope: [x] }] }",
        "{ developers: [{ mail: a@b.example }] }",
    ] {
        assert!(serde_saphyr::from_str::<Seed>(text).is_err(), "{text}");
    }
}

/// The file that editors are pointed at; `dcrsync sandbox --print-seed-schema` prints the same.
#[test]
fn the_published_schema_is_the_one_of_the_code_and_takes_the_example() {
    let code = serde_json::to_value(schemars::schema_for!(Seed)).unwrap();
    let text = include_str!("../../../schema/sandbox-seed.schema.json");
    assert!(
        serde_json::from_str::<Value>(text).unwrap() == code,
        "write it anew with `dcrsync sandbox --print-seed-schema`"
    );

    let mut schemas = boon::Schemas::new();
    let mut compiler = boon::Compiler::new();
    compiler.add_resource("seed.json", code).unwrap();
    let schema = compiler.compile("seed.json", &mut schemas).unwrap();
    let world: Value = serde_saphyr::from_str(WORLD).unwrap();
    schemas.validate(&world, schema).unwrap();
    assert!(
        schemas
            .validate(&json!({ "server": ["a"] }), schema)
            .is_err()
    );
}

/// Built without optimisation this takes longer than the second that a user waits; the bound here is
/// for what grows with the square of the world.
#[tokio::test]
async fn a_large_world_starts_soon() {
    let mut text = String::from("servers:\n");
    for server in 0..20 {
        write!(text, "  - {{ name: s{server}, scopes: [").unwrap();
        for scope in 0..50 {
            write!(text, "s{server}.scope{scope}, ").unwrap();
        }
        text.push_str("] }\n");
    }
    text.push_str("developers:\n");
    for developer in 0..1_000 {
        writeln!(text, "  - {{ email: d{developer}@acme.example }}").unwrap();
    }
    text.push_str("apis: [");
    for api in 0..1_000 {
        write!(text, "api{api}, ").unwrap();
    }
    text.push_str("]\n");
    let before = Instant::now();
    let stage = planted(&text).await;
    assert!(
        before.elapsed() < Duration::from_secs(15),
        "{:?}",
        before.elapsed()
    );
    assert!(stage.has_server("s19").await);
}
