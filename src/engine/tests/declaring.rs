//! From text to objects: names, references, waits and prunes.

use insta::assert_snapshot;

use super::{GOOD, declared, loaded, told, with};
use crate::base::{Address, Value};
use crate::plan::{Ignore, Prune};

fn at(text: &str) -> Address {
    text.parse().expect("the tests write addresses right")
}

#[test]
fn every_entry_becomes_its_objects() {
    let declared = declared(GOOD);
    let all: Vec<&str> = declared
        .iter()
        .map(|desired| desired.address.as_str())
        .collect();
    assert_snapshot!(all.join("\n"), @r"
    okta.scope.default/orders.read
    okta.claim.default/client_id
    okta.policy.default/portal apps
    okta.policy_rule.default/portal apps/machines
    konnect.dcr_provider.okta-prod
    konnect.auth_strategy.okta-oidc
    konnect.publication.orders
    konnect.app.phone
    konnect.registration.phone/orders
    ");
}

#[test]
fn an_entry_may_have_another_key_than_its_name() {
    let text = with(&[
        ("okta-prod: { type", "prod: { name: okta-prod, type"),
        ("dcr_provider: okta-prod", "dcr_provider: okta-prod"),
    ]);
    let declared = declared(&text);
    let strategy = declared.get(&at("konnect.auth_strategy.okta-oidc"));
    let strategy = strategy.expect("it is declared");
    let provider = at("konnect.dcr_provider.prod");
    assert_eq!(
        strategy.field("dcr_provider"),
        &Value::Ref(provider.clone())
    );
    assert_eq!(strategy.field("issuer"), &Value::Of(provider, "issuer"));
}

#[test]
fn what_all_entries_share_is_read() {
    let text = with(&[(
        "{ description: Read orders }",
        "{ description: Read, protected: true, renamed_from: read, \
         ignore: [{ field: description, reason: edited, until: 2027-01-01 }] }",
    )]);
    let declared = declared(&text);
    let scope = declared.get(&at("okta.scope.default/orders.read"));
    let scope = scope.expect("it is declared");
    assert!(scope.protected && !scope.absent);
    assert_eq!(scope.renamed_from.as_deref(), Some("read"));
    let ignore = Ignore {
        field: "description".to_owned(),
        reason: "edited".to_owned(),
        until: Some("2027-01-01".to_owned()),
    };
    assert_eq!(scope.ignore, [ignore]);
}

#[test]
fn a_field_that_is_ignored_must_exist() {
    let text = with(&[(
        "{ description: Read orders }",
        "{ ignore: [{ field: descripton, reason: edited, until: 2027-01-01 }] }",
    )]);
    assert_snapshot!(told(&text), @r"
    error unknown-field: `okta.scope` has no field `descripton` to be ignored
      9:42 `descripton`
      help: did you mean `description`?
    ");
}

#[test]
fn an_unknown_reference_is_told_with_the_nearest_name() {
    let text = with(&[("dcr_provider: okta-prod", "dcr_provider: okta-prd")]);
    assert_snapshot!(told(&text), @r"
    error unknown-ref: the document declares no dcr provider `okta-prd`
      25:21 `okta-prd`
      help: did you mean `okta-prod`?
    ");
}

#[test]
fn an_absent_entry_must_not_be_needed() {
    let text = with(&[(
        "okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }",
        "okta-prod: { state: absent }",
    )]);
    assert_snapshot!(told(&text), @r"
    error absent-ref: `okta-prod` is `state: absent` and still needed
      25:21 `okta-prod` needed here
      21:5 `okta-prod` absent here
      help: remove `state: absent`, or what needs it
    warning scope-not-in-server: nobody declares the scope `orders.read`: the issuer is no authorization server of this document
      26:16 `orders.read`
      help: name an `authorization_server` in the provider and declare its `scopes`
    warning claim-not-in-server: nobody declares the claim `client_id`: the issuer is no authorization server of this document
      27:27 `client_id`
      help: add `client_id: { value: app.clientId, token: access }` under `okta.authorization_servers.default.claims`
    ");
}

#[test]
fn what_can_be_there_without_us_needs_no_entry() {
    let text = with(&[("portal: main, auth", "portal: elsewhere, auth")]);
    assert!(!told(&text).contains("unknown-ref"));
}

#[test]
fn two_entries_must_not_mean_the_same_object() {
    let text = with(&[(
        "        orders.read: { description: Read orders }\n",
        "        orders.read: { description: Read orders }\n        again: { name: orders.read }\n",
    )]);
    assert_snapshot!(told(&text), @r"
    error claimed-twice: `okta.scope.default/orders.read` and `okta.scope.default/again` mean the same scope at the vendor
      10:9 `again` again
      9:9 `orders.read` first here
      help: give one of them another `name`, or remove it
    ");
}

#[test]
fn two_siblings_must_not_have_the_same_place() {
    let policies = |first: u32, second: u32| {
        let other =
            format!("      policies:\n        other: {{ clients: all, priority: {second} }}\n");
        let clients = format!("          clients: all\n          priority: {first}\n");
        told(&with(&[
            ("          clients: all\n", &clients),
            ("      policies:\n", &other),
        ]))
    };
    assert_snapshot!(policies(1, 1), @r"
    error same-place: `default/other` and `default/portal apps` have the same `priority`
      16:21 `1` again
      13:42 `1` first here
      help: give each its own number; only their order matters
    ");
    assert_snapshot!(policies(2, 1), @"fine");
}

#[test]
fn claims_of_two_tokens_may_share_a_name() {
    let text = with(&[(
        "        client_id: { value: app.clientId }\n",
        "        client_id: { value: app.clientId }\n        \
         id too: { name: client_id, token: id, value: app.clientId }\n",
    )]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn a_strategy_waits_for_its_scopes_and_claim() {
    let declared = declared(GOOD);
    let strategy = declared.get(&at("konnect.auth_strategy.okta-oidc"));
    let mut after = strategy.expect("it is declared").after.clone();
    after.sort();
    assert_eq!(
        after,
        [
            at("okta.claim.default/client_id"),
            at("okta.scope.default/orders.read"),
        ]
    );
}

#[test]
fn a_registration_waits_for_its_publication() {
    let declared = declared(GOOD);
    let registration = declared.get(&at("konnect.registration.phone/orders"));
    let registration = registration.expect("it is declared");
    assert_eq!(registration.after, [at("konnect.publication.orders")]);
}

#[test]
fn a_rule_waits_for_the_scopes_that_it_grants() {
    let declared = declared(GOOD);
    let rule = declared.get(&at("okta.policy_rule.default/portal apps/machines"));
    let rule = rule.expect("it is declared");
    assert_eq!(rule.after, [at("okta.scope.default/orders.read")]);
    assert_eq!(rule.parent, Some(at("okta.policy.default/portal apps")));
}

#[test]
fn prune_is_read_per_server_and_for_konnect() {
    let text = with(&[
        ("    default:\n", "    default:\n      prune: true\n"),
        ("konnect:\n", "konnect:\n  prune: true\n"),
    ]);
    let prune = loaded(&text).checked.expect("it is in order").prune;
    let owned = Prune::Owned {
        vendor: "konnect",
        document: "payments".to_owned(),
    };
    let below = Prune::Below(at("okta.authorization_server.default"));
    assert_eq!(prune, [below, owned]);
    assert_eq!(
        loaded(GOOD).checked.map(|checked| checked.prune.len()),
        Some(0)
    );
}
