//! Every managed field: one change in the document is one change in the plan, with its line, and is
//! written with the stated number of requests.

use std::collections::BTreeSet;

use dcrsync::base::Value;
use dcrsync::plan::{Action, FieldRule};
use serde_json::{Value as Json, json};

use crate::kinds::managed;
use crate::world::{World, at, told};

const OKTA: &str = "
okta:
  authorization_servers:
    partners:
      description: Tokens for partners
      audiences: [api://partners]
      issuer_mode: org_url
      scopes:
        a: { description: A, display_name: An a, consent: flexible, metadata_publish: no_clients, default: false, optional: false }
        b: {}
      claims:
        c: { value: app.clientId, value_type: expression, scopes: [a], always_include: false, active: true, token: id }
        g: { value: Everyone, value_type: groups, group_filter: equals }
      policies:
        p:
          description: P
          clients: all
          priority: 1
          active: true
          rules:
            r:
              grant_types: [client_credentials]
              scopes: [a]
              groups: [EVERYONE]
              priority: 1
              access_token_minutes: 30
              refresh_token_minutes: 60
              refresh_token_window_minutes: 60
              active: true
            second: { grant_types: [client_credentials], scopes: [b], priority: 2 }
        second: { clients: all, priority: 2 }
";

const KONNECT: &str = "
konnect:
  dcr_providers:
    okta: { type: okta, display_name: Okta, authorization_server: default, dcr_token: { env: DCR_TOKEN }, labels: { team: a } }
    auth0: { type: auth0, issuer: https://acme.auth0.com, client_id: c, client_secret: { env: OTHER_SECRET }, audience: x, use_developer_managed_scopes: false }
    curity: { type: curity, issuer: https://login.example/oauth, client_id: c, client_secret: { env: OTHER_SECRET } }
    http: { type: http, issuer: https://bridge.example, base_url: https://bridge.example/dcr, api_key: { env: OTHER_SECRET }, disable_event_hooks: false, disable_refresh_secret: false, allow_multiple_credentials: false }
  auth_strategies:
    s: { display_name: S, dcr_provider: auth0, scopes: [a], credential_claims: [client_id], auth_methods: [bearer], labels: { team: a } }
    k: { strategy_type: key_auth, display_name: K, key_names: [k] }
    o: { display_name: O, issuer: https://login.example, scopes: [a], credential_claims: [sub], auth_methods: [bearer] }
  portals:
    developer-portal: { display_name: Portal, description: P, default_auth_strategy: k, auto_approve_applications: false, auto_approve_developers: false, labels: { team: a } }
  publications:
    orders: { portal: developer-portal, auth_strategy: k, visibility: public, auto_approve_registrations: false }
";

const APPS: &str = "
konnect:
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    okta-oidc: { display_name: Okta, dcr_provider: okta-prod, scopes: [orders.read], credential_claims: [client_id], auth_methods: [client_credentials] }
  apps:
    backend:
      portal: developer-portal
      owner: { developer: dev@example.com }
      auth_strategy: okta-oidc
      description: Backend
      login: { env: PORTAL_PASSWORD }
      credentials: { sops: clients.backend, in: clients.sops.yaml }
okta:
  authorization_servers:
    default:
      scopes: { orders.read: {} }
      claims: { client_id: { value: app.clientId } }
      policies: { p: { clients: all, rules: { r: { grant_types: [client_credentials], scopes: [orders.read] } } } }
";

/// One change of one field.
struct Row {
    document: &'static str,
    kind: &'static str,
    key: &'static str,
    field: &'static str,
    /// The entry, then the member that is set.
    path: &'static [&'static str],
    value: Json,
    writes: usize,
}

const SERVER: &[&str] = &["okta", "authorization_servers", "partners"];

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let row = |document, kind, key, field, path, value, writes| Row { document, kind, key, field, path, value, writes };
    let server = |field, path, value| row(OKTA, "okta.authorization_server", "partners", field, path, value, 1);
    let scope = |field, path, value| row(OKTA, "okta.scope", "partners/a", field, path, value, 1);
    let claim = |field, path, value| row(OKTA, "okta.claim", "partners/c", field, path, value, 1);
    let policy = |field, path, value| row(OKTA, "okta.policy", "partners/p", field, path, value, 1);
    let rule = |field, path, value| row(OKTA, "okta.policy_rule", "partners/p/r", field, path, value, 1);
    let provider = |key, field, path, value| row(KONNECT, "konnect.dcr_provider", key, field, path, value, 1);
    let strategy = |key, field, path, value| row(KONNECT, "konnect.auth_strategy", key, field, path, value, 1);
    let portal = |field, path, value| row(KONNECT, "konnect.portal", "developer-portal", field, path, value, 1);
    let publication = |field, path, value| row(KONNECT, "konnect.publication", "orders", field, path, value, 1);
    vec![
        server("description", &["description"], json!("Other")),
        server("audiences", &["audiences"], json!(["api://others"])),
        server("issuer_mode", &["issuer_mode"], json!("dynamic")),
        scope("description", &["scopes", "a", "description"], json!("Other")),
        scope("display_name", &["scopes", "a", "display_name"], json!("Other")),
        scope("consent", &["scopes", "a", "consent"], json!("implicit")),
        scope("metadata_publish", &["scopes", "a", "metadata_publish"], json!("all_clients")),
        scope("default", &["scopes", "a", "default"], json!(true)),
        scope("optional", &["scopes", "a", "optional"], json!(true)),
        claim("value", &["claims", "c", "value"], json!("app.id")),
        row(OKTA, "okta.claim", "partners/g", "value", &["claims", "g", "value"], json!("Admins"), 1),
        row(OKTA, "okta.claim", "partners/g", "group_filter", &["claims", "g", "group_filter"], json!("starts_with"), 1),
        claim("scopes", &["claims", "c", "scopes"], json!(["b"])),
        claim("always_include", &["claims", "c", "always_include"], json!(true)),
        claim("active", &["claims", "c", "active"], json!(false)),
        policy("description", &["policies", "p", "description"], json!("Other")),
        policy("clients", &["policies", "p", "clients"], json!(["0oa1example0001"])),
        policy("priority", &["policies", "p", "priority"], json!(7)),
        policy("active", &["policies", "p", "active"], json!(false)),
        rule("grant_types", &["policies", "p", "rules", "r", "grant_types"], json!(["client_credentials", "password"])),
        rule("scopes", &["policies", "p", "rules", "r", "scopes"], json!(["a", "b"])),
        rule("groups", &["policies", "p", "rules", "r", "groups"], json!(["00g1example0001"])),
        rule("priority", &["policies", "p", "rules", "r", "priority"], json!(7)),
        rule("access_token_minutes", &["policies", "p", "rules", "r", "access_token_minutes"], json!(31)),
        rule("refresh_token_minutes", &["policies", "p", "rules", "r", "refresh_token_minutes"], json!(120)),
        rule("refresh_token_window_minutes", &["policies", "p", "rules", "r", "refresh_token_window_minutes"], json!(40)),
        rule("active", &["policies", "p", "rules", "r", "active"], json!(false)),
        provider("okta", "display_name", &["dcr_providers", "okta", "display_name"], json!("Other")),
        provider("curity", "issuer", &["dcr_providers", "curity", "issuer"], json!("https://other.example/oauth")),
        provider("okta", "labels", &["dcr_providers", "okta", "labels"], json!({ "team": "b" })),
        provider("auth0", "client_id", &["dcr_providers", "auth0", "client_id"], json!("d")),
        provider("auth0", "audience", &["dcr_providers", "auth0", "audience"], json!("y")),
        provider("auth0", "use_developer_managed_scopes", &["dcr_providers", "auth0", "use_developer_managed_scopes"], json!(true)),
        provider("http", "base_url", &["dcr_providers", "http", "base_url"], json!("https://bridge.example/other")),
        provider("http", "disable_event_hooks", &["dcr_providers", "http", "disable_event_hooks"], json!(true)),
        provider("http", "disable_refresh_secret", &["dcr_providers", "http", "disable_refresh_secret"], json!(true)),
        provider("http", "allow_multiple_credentials", &["dcr_providers", "http", "allow_multiple_credentials"], json!(true)),
        strategy("s", "display_name", &["auth_strategies", "s", "display_name"], json!("Other")),
        strategy("o", "issuer", &["auth_strategies", "o", "issuer"], json!("https://other.example")),
        strategy("s", "scopes", &["auth_strategies", "s", "scopes"], json!(["a", "b"])),
        strategy("s", "credential_claims", &["auth_strategies", "s", "credential_claims"], json!(["app", "id"])),
        strategy("s", "auth_methods", &["auth_strategies", "s", "auth_methods"], json!(["bearer", "session"])),
        strategy("k", "key_names", &["auth_strategies", "k", "key_names"], json!(["k", "l"])),
        strategy("s", "labels", &["auth_strategies", "s", "labels"], json!({ "team": "b" })),
        portal("display_name", &["portals", "developer-portal", "display_name"], json!("Other")),
        portal("description", &["portals", "developer-portal", "description"], json!("Other")),
        portal("default_auth_strategy", &["portals", "developer-portal", "default_auth_strategy"], json!("s")),
        portal("auto_approve_applications", &["portals", "developer-portal", "auto_approve_applications"], json!(true)),
        portal("auto_approve_developers", &["portals", "developer-portal", "auto_approve_developers"], json!(true)),
        portal("labels", &["portals", "developer-portal", "labels"], json!({ "team": "b" })),
        publication("auth_strategy", &["publications", "orders", "auth_strategy"], json!("s")),
        publication("visibility", &["publications", "orders", "visibility"], json!("private")),
        publication("auto_approve_registrations", &["publications", "orders", "auto_approve_registrations"], json!(true)),
        // the log-in counts as a write
        row(APPS, "konnect.app", "backend", "description", &["konnect", "apps", "backend", "description"], json!("Other"), 2),
    ]
}

/// Fields without a row, each for its reason.
const ELSEWHERE: [(&str, &str, &str); 10] = [
    (
        "okta.claim",
        "value_type",
        "two fields: the filter comes along",
    ),
    (
        "okta.client",
        "grant_types",
        "drift: the document cannot change it",
    ),
    (
        "okta.client",
        "active",
        "drift: the document cannot change it",
    ),
    ("okta.client", "credentials", "lost credentials"),
    ("konnect.app", "credentials", "lost credentials"),
    (
        "konnect.app",
        "owner",
        "part of the natural key: another owner is another application",
    ),
    (
        "konnect.auth_strategy",
        "dcr_provider",
        "two fields: the issuer comes along",
    ),
    ("konnect.dcr_provider", "dcr_token", "rotated secret"),
    ("konnect.dcr_provider", "client_secret", "rotated secret"),
    ("konnect.dcr_provider", "api_key", "rotated secret"),
];

#[test]
fn every_field_that_can_be_changed_has_a_row() {
    let rows = rows();
    for kind in managed() {
        let info = kind.info();
        for field in info.fields {
            let changes = match field.rule {
                FieldRule::Managed | FieldRule::WriteOnly => true,
                FieldRule::Computed | FieldRule::Immutable => false,
            };
            // names are changed by `renamed_from`; a registration is there or it is not
            let special = field.name == "name" || info.name.as_str() == "konnect.registration";
            let here = rows
                .iter()
                .any(|row| row.kind == info.name.as_str() && row.field == field.name)
                || ELSEWHERE
                    .iter()
                    .any(|(kind, name, _)| *kind == info.name.as_str() && *name == field.name);
            assert!(
                !changes || special || here,
                "no law changes {} of {}",
                field.name,
                info.name
            );
        }
    }
}

fn read(text: &str) -> Json {
    serde_saphyr::from_str(text).unwrap()
}

/// The row's way to its member, from the root of the document.
fn way(row: &Row) -> Vec<&'static str> {
    let mut way = match row.path.first() {
        Some(&("okta" | "konnect")) => Vec::new(),
        _ if row.kind.starts_with("okta") => SERVER.to_vec(),
        _ => vec!["konnect"],
    };
    way.extend(row.path);
    way
}

async fn all_of(document: &'static str) {
    let mut world = World::settled(document).await;
    let mut changed = read(document);
    for row in rows().into_iter().filter(|row| row.document == document) {
        let name = format!("{} of {}.{}", row.field, row.kind, row.key);
        let member = way(&row)
            .into_iter()
            .fold(&mut changed, |json, name| &mut json[name]);
        let old = std::mem::replace(member, row.value.clone());
        let text = changed.to_string();
        world.says(&text);
        let planned = world.plan().await;
        let steps = told(&planned.plan.steps);
        let [step] = &planned.plan.steps[..] else {
            panic!("{name}: not one step: {steps}")
        };
        assert_eq!(step.address, at(row.kind, row.key), "{name}");
        assert_eq!(step.action, Action::Update, "{name}");
        let [change] = &step.fields[..] else {
            panic!("{name}: not one field: {steps}")
        };
        assert_eq!(change.name, row.field, "{name}");
        if !matches!(change.new, Value::Int(_) | Value::Ref(_)) && row.value != json!("all") {
            // the document's own words, as `to_json` would write them
            let (from, to) = (change.old.to_json(), change.new.to_json());
            let all = json!(["ALL_CLIENTS"]);
            assert_eq!(from, if old == json!("all") { all } else { old }, "{name}");
            assert_eq!(to, row.value, "{name}");
        }
        let because = change.because.unwrap();
        assert_eq!(step.because, change.because, "{name}");
        let shown = text.get(because.start..because.end).unwrap();
        assert_eq!(read(shown), row.value, "{name}: because of `{shown}`");
        let before = world.last();
        world.converge().await;
        assert_eq!(
            world.writes_since(before).len(),
            row.writes,
            "{name}: {:?}",
            world.writes_since(before)
        );
    }
    world.is_settled().await;
}

#[tokio::test]
async fn each_change_at_okta_is_one_step_one_field_one_write() {
    all_of(OKTA).await;
}

#[tokio::test]
async fn each_change_at_konnect_is_one_step_one_field_one_write() {
    all_of(KONNECT).await;
}

#[tokio::test]
async fn each_change_of_an_app_is_one_step_one_field() {
    all_of(APPS).await;
}

#[test]
fn rows_are_different() {
    let rows = rows();
    let names: BTreeSet<_> = rows
        .iter()
        .map(|row| (row.kind, row.key, row.field))
        .collect();
    assert_eq!(names.len(), rows.len());
}

#[tokio::test]
async fn drift_of_one_field_is_one_field_and_one_write() {
    let world = World::settled(OKTA).await;
    let dump = world.dump().await;
    let server = dump.named("okta servers", "partners")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut scope = dump.named("okta partners scopes", "a")[0].clone();
    let path = format!(
        "/api/v1/authorizationServers/{server}/scopes/{}",
        scope["id"].as_str().unwrap()
    );
    scope["description"] = json!("by hand");
    world.write_okta(reqwest::Method::PUT, &path, &scope).await;
    let planned = world.plan().await;
    let steps = told(&planned.plan.steps);
    assert_eq!(
        steps.trim(),
        "update okta.scope.partners/a\n    description: Text(\"by hand\") -> Text(\"A\")"
    );
    let before = world.last();
    world.converge().await;
    assert_eq!(world.writes_since(before), [format!("PUT {path}")]);
    let now = world.dump().await;
    // nothing else of the scope was touched
    assert_eq!(
        now.named("okta partners scopes", "a"),
        dump.named("okta partners scopes", "a")
    );
}

#[tokio::test]
async fn fields_that_change_together_are_one_step() {
    for (document, from, to, fields) in [
        (
            OKTA,
            "value_type: expression",
            "value_type: groups, group_filter: regex",
            ["value_type", "group_filter"],
        ),
        (
            OKTA,
            "value_type: groups, group_filter: equals",
            "value_type: expression",
            ["value_type", ""],
        ),
        (
            KONNECT,
            "S, dcr_provider: auth0",
            "S, dcr_provider: curity",
            ["dcr_provider", "issuer"],
        ),
    ] {
        let mut world = World::settled(document).await;
        world.says(&document.replace(from, to));
        let planned = world.plan().await;
        let steps = told(&planned.plan.steps);
        let [step] = &planned.plan.steps[..] else {
            panic!("{to}: not one step: {steps}")
        };
        let names: Vec<&str> = step.fields.iter().map(|field| field.name).collect();
        let wanted: Vec<&str> = fields.into_iter().filter(|name| !name.is_empty()).collect();
        assert_eq!(names, wanted, "{to}");
        let before = world.last();
        world.converge().await;
        assert_eq!(world.writes_since(before).len(), 1, "{to}");
        world.is_settled().await;
    }
}

#[tokio::test]
async fn a_client_or_registration_that_was_stopped_by_hand_works_again() {
    let apps = APPS
        .replace("      login:", "      apis: [orders]\n      client: managed\n      #")
        .replace(
            "  apps:",
            "  publications:\n    orders: { portal: developer-portal, auth_strategy: okta-oidc }\n  apps:",
        );
    let world = World::settled(&apps).await;
    let dump = world.dump().await;
    let client = dump.of("okta apps")[0]["id"].as_str().unwrap();
    let path = format!("/api/v1/apps/{client}/lifecycle/deactivate");
    world
        .write_okta(reqwest::Method::POST, &path, &json!({}))
        .await;
    let [registration] = dump.of("konnect developer-portal application-registrations") else {
        panic!("{dump:?}")
    };
    let id = |pointer: &str| registration.pointer(pointer).unwrap().as_str().unwrap();
    let portal = dump.of("konnect portals")[0]["id"].as_str().unwrap();
    let path = format!(
        "/v3/portals/{portal}/applications/{}/registrations/{}",
        id("/application/id"),
        id("/id")
    );
    let revoked = json!({ "status": "revoked" });
    world.patch_konnect(&path, &revoked).await;
    let planned = world.plan().await;
    assert_eq!(
        told(&planned.plan.steps),
        "\n  update okta.client.backend\n    active: Bool(false) -> Bool(true)\
         \n  update konnect.registration.backend/orders\n    status: Text(\"revoked\") -> Text(\"approved\")"
    );
    let before = world.last();
    world.converge().await;
    assert_eq!(world.writes_since(before).len(), 2);
    world.is_settled().await;
    world.verifies().await;
}
