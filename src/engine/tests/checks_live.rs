//! The same checks once the vendors were read: what is absent then is an error.

use insta::assert_snapshot;
use serde_json::Value as Json;

use super::{GOOD, findings, loaded, with};
use crate::base::{KindName, Report, Value};
use crate::engine::checks;
use crate::kinds::infos;
use crate::kinds::konnect::{lookup, portal};
use crate::kinds::okta::{authorization_server, claim, scope};
use crate::plan::{Live, World};

fn named(kind: KindName, id: &str, parent: Option<&str>) -> Live {
    let mut live = Live::new(kind, id, Json::Null);
    live.parent = parent.map(str::to_owned);
    live.fields.insert("name", Value::text(id));
    live
}

/// Two accounts that hold all that the good document only names.
fn accounts() -> Vec<Live> {
    let mut server = named(authorization_server::NAME, "default", None);
    let issuer = Value::text("https://acme.okta.com/oauth2/default");
    server.fields.insert("issuer", issuer);
    vec![
        server,
        named(portal::NAME, "main", None),
        named(lookup::API, "orders", None),
        named(lookup::DEVELOPER, "dev@acme.example", Some("main")),
    ]
}

fn told(text: &str, live: Vec<Live>) -> String {
    let loaded = loaded(text);
    let checked = loaded.checked.expect("the document alone is in order");
    let world = World::link(&infos(), live, &checked.declared);
    let mut report = Report::new();
    checks::live(&checked.declared, &world, &checked.settings, &mut report);
    findings(&report, &loaded.sources)
}

#[test]
fn what_is_named_and_there_is_fine() {
    assert_snapshot!(told(GOOD, accounts()), @"fine");
}

#[test]
fn what_is_named_and_not_there_is_told_with_the_nearest_name() {
    let mut live = accounts();
    live.retain(|live| live.kind != lookup::API);
    live.push(named(lookup::API, "order", None));
    assert_snapshot!(told(GOOD, live), @r"
    error not-found: Konnect has no api `orders`
      30:5 `orders`
      help: did you mean `order`?
    error not-found: Konnect has no api `orders`
      36:14 `orders`
      help: did you mean `order`?
    ");
}

#[test]
fn a_scope_that_is_nowhere_is_an_error() {
    let text = with(&[
        (
            "      scopes: [orders.read]\n      cred",
            "      scopes: [openid.x]\n      cred",
        ),
        ("scopes: [orders.read] }", "scopes: [\"*\"] }"),
    ]);
    assert_snapshot!(told(&text, accounts()), @r"
    error scope-not-in-server: the authorization server `default` has no scope `openid.x`
      26:16 `openid.x`
      help: declare it under `okta.authorization_servers.default.scopes`
    ");
    let mut live = accounts();
    live.push(named(scope::NAME, "openid.x", Some("default")));
    assert_snapshot!(told(&text, live), @"fine");
}

#[test]
fn a_claim_that_is_nowhere_is_an_error() {
    let text = with(&[("credential_claims: [client_id]", "credential_claims: [azp]")]);
    assert_snapshot!(told(&text, accounts()), @r"
    error claim-not-in-server: the authorization server `default` has no access token claim `azp`
      27:27 `azp`
      help: add `azp: { value: app.clientId, token: access }` under `okta.authorization_servers.default.claims`
    ");
}

#[test]
fn a_live_claim_has_to_hold_the_client_id_too() {
    let text = with(&[("credential_claims: [client_id]", "credential_claims: [azp]")]);
    let mut azp = named(claim::NAME, "azp", Some("default"));
    azp.fields.insert("token", Value::text("access"));
    azp.fields.insert("value", Value::text("user.login"));
    let mut live = accounts();
    live.push(azp);
    assert_snapshot!(told(&text, live), @r"
    error claim-value: the claim `azp` holds `user.login`, and the gateway needs the client id in it
      27:27 `azp`
      help: declare it with `value: app.clientId`
    ");
}

#[test]
fn an_issuer_that_no_server_has_is_an_error() {
    let issuer = "issuer: https://acme.okta.com/oauth2/defualt, dcr";
    let text = with(&[("authorization_server: default, dcr", issuer)]);
    let told = told_issuer(&text);
    assert!(told.contains("error issuer-unknown"), "{told}");
    let slash = "issuer: https://acme.okta.com/oauth2/default/, dcr";
    let text = with(&[("authorization_server: default, dcr", slash)]);
    assert!(!told_issuer(&text).contains("issuer-unknown"));
}

fn told_issuer(text: &str) -> String {
    let loaded = loaded(text);
    let sources = &loaded.sources;
    // offline the scopes cannot be placed with a written issuer, so that only the issuer is looked at
    let Some(checked) = &loaded.checked else {
        return findings(&loaded.report, sources);
    };
    let world = World::link(&infos(), accounts(), &checked.declared);
    let mut report = Report::new();
    checks::live(&checked.declared, &world, &checked.settings, &mut report);
    findings(&report, sources)
}
