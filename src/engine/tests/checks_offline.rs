//! What the document alone tells about meaning across both systems.

use insta::assert_snapshot;

use super::{told, with};

#[test]
fn a_machine_cannot_ask_for_openid() {
    let text = with(&[(
        "      scopes: [orders.read]\n      cred",
        "      scopes: [orders.read, openid]\n      cred",
    )]);
    assert_snapshot!(told(&text), @r"
    warning no-policy-rule: no policy rule of the authorization server `default` that the document declares grants `openid` to the clients of `okta-oidc`
      26:29 `openid`
      help: add under `okta.authorization_servers.default`: `policies: { portal apps: { clients: all, rules: { machine to machine: { grant_types: [client_credentials], scopes: [openid, orders.read] } } } }`
    error openid-with-client-credentials: `openid` cannot be granted to `client_credentials`: no person logs in
      26:29 `openid` asks for an identity
      28:22 `client_credentials` logs in without a person
      help: remove `openid`, or remove `client_credentials` from `auth_methods`
    ");
}

#[test]
fn a_person_may_ask_for_openid() {
    let text = with(&[
        (
            "      scopes: [orders.read]\n      cred",
            "      scopes: [openid]\n      cred",
        ),
        (
            "auth_methods: [client_credentials, bearer]",
            "auth_methods: [authorization_code, bearer]",
        ),
    ]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn a_machine_has_to_ask_for_a_scope() {
    let text = with(&[("      scopes: [orders.read]\n      cred", "      cred")]);
    assert_snapshot!(told(&text), @r"
    error no-scopes-with-client-credentials: `okta-oidc` asks for no scopes: Konnect then asks for `openid`, which `client_credentials` cannot get
      23:5 `okta-oidc`
      help: add `scopes:` with at least one scope of the authorization server
    ");
}

#[test]
fn a_scope_that_is_not_declared_may_still_be_there() {
    let text = with(&[(
        "      scopes: [orders.read]\n      cred",
        "      scopes: [orders.raed]\n      cred",
    )]);
    assert_snapshot!(told(&text), @r"
    warning no-policy-rule: no policy rule of the authorization server `default` that the document declares grants `orders.raed` to the clients of `okta-oidc`
      26:16 `orders.raed`
      help: add under `okta.authorization_servers.default`: `policies: { portal apps: { clients: all, rules: { machine to machine: { grant_types: [client_credentials], scopes: [orders.raed] } } } }`
    warning scope-not-in-server: the document declares no scope `orders.raed` in the authorization server `default`
      26:16 `orders.raed`
      help: did you mean `orders.read`?
    ");
}

#[test]
fn a_scope_with_consent_is_nothing_for_machines() {
    let text = with(&[("{ description: Read orders }", "{ consent: required }")]);
    assert_snapshot!(told(&text), @r"
    error consent-with-client-credentials: the scope `orders.read` needs a person's consent, and `client_credentials` has no person
      26:16 `orders.read`
      9:33 `required` declared here
      help: declare the scope with `consent: implicit`
    ");
    let text = with(&[("{ description: Read orders }", "{ consent: implicit }")]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn a_claim_that_is_not_declared_may_still_be_there() {
    let text = with(&[("credential_claims: [client_id]", "credential_claims: [azp]")]);
    assert_snapshot!(told(&text), @r"
    warning claim-not-in-server: the document declares no claim `azp` in the authorization server `default`
      27:27 `azp`
      help: add `azp: { value: app.clientId, token: access }` under `okta.authorization_servers.default.claims`
    ");
}

#[test]
fn the_claim_has_to_hold_the_client_id() {
    let text = with(&[("{ value: app.clientId }", "{ value: user.email }")]);
    assert_snapshot!(told(&text), @r"
    error claim-value: the claim `client_id` holds `user.email`, and the gateway needs the client id in it
      27:27 `client_id`
      11:29 `user.email` declared here
      help: declare it with `value: app.clientId`
    ");
}

#[test]
fn the_claim_has_to_be_in_the_access_token() {
    let text = with(&[(
        "{ value: app.clientId }",
        "{ value: app.clientId, token: id }",
    )]);
    assert_snapshot!(told(&text), @r"
    error claim-in-id-token: the claim `client_id` is in the identity token, and the gateway reads the access token
      27:27 `client_id`
      11:50 `id` declared here
      help: declare the claim with `token: access`
    ");
}

#[test]
fn the_claim_has_to_be_in_use_and_to_come_with_the_scopes() {
    let text = with(&[
        (
            "{ value: app.clientId }",
            "{ value: app.clientId, active: false, scopes: [other] }",
        ),
        (
            "        orders.read: {",
            "        other: {}\n        orders.read: {",
        ),
    ]);
    assert_snapshot!(told(&text), @r"
    error claim-inactive: the claim `client_id` is switched off
      28:27 `client_id`
      12:51 `false` declared here
      help: declare it with `active: true`
    error claim-scopes: the claim `client_id` comes only with `other`, and the strategy asks for none of them
      28:27 `client_id`
      12:66 `[other]` declared here
      help: remove `scopes` of the claim, so that every token has it
    ");
}

#[test]
fn okta_sets_cid_itself() {
    let text = with(&[("credential_claims: [client_id]", "credential_claims: [cid]")]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn some_rule_has_to_grant_the_scopes() {
    let text = with(&[(
        "grant_types: [client_credentials], ",
        "grant_types: [refresh_token], ",
    )]);
    assert_snapshot!(told(&text), @r"
    warning no-policy-rule: no policy rule of the authorization server `default` that the document declares grants `orders.read` to the clients of `okta-oidc`
      26:16 `orders.read`
      help: add under `okta.authorization_servers.default`: `policies: { portal apps: { clients: all, rules: { machine to machine: { grant_types: [client_credentials], scopes: [orders.read] } } } }`
    ");
}

#[test]
fn a_rule_that_is_off_or_absent_grants_nothing() {
    for change in ["active: false, grant", "state: absent, grant"] {
        let text = with(&[("machines: { grant", &format!("machines: {{ {change}"))]);
        assert!(told(&text).contains("no-policy-rule"), "{change}");
    }
}

#[test]
fn a_rule_may_grant_every_scope() {
    let text = with(&[(
        "[client_credentials], scopes: [orders.read]",
        "[client_credentials], scopes: [\"*\"]",
    )]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn an_issuer_that_is_written_out_has_to_be_oktas() {
    for (issuer, code) in [
        ("https://acme.okta.com", "issuer-form"),
        ("https://acme.okta.com/oauth2/a/b", "issuer-form"),
        ("https://other.okta.com/oauth2/default", "issuer-mismatch"),
    ] {
        let text = with(&[(
            "authorization_server: default, dcr",
            &format!("issuer: {issuer}, dcr"),
        )]);
        assert!(told(&text).contains(code), "{issuer}: {}", told(&text));
    }
    let good = "issuer: https://acme.okta.com/oauth2/default, dcr";
    let text = with(&[("authorization_server: default, dcr", good)]);
    assert!(!told(&text).contains("issuer-"), "{}", told(&text));
}

#[test]
fn strategy_and_provider_have_to_agree_on_the_issuer() {
    let text = with(&[(
        "      dcr_provider: okta-prod\n",
        "      dcr_provider: okta-prod\n      authorization_server: other\n",
    )]);
    assert_snapshot!(told(&text), @r"
    error issuer-mismatch: `okta-oidc` and its DCR provider `okta-prod` name different issuers
      26:29 `other` tokens are checked against this one
      21:52 `default` clients are registered at this one
      help: remove `issuer` of the strategy: the issuer is read from the provider
    ");
    let text = with(&[(
        "      dcr_provider: okta-prod\n",
        "      dcr_provider: okta-prod\n      authorization_server: default\n",
    )]);
    assert_snapshot!(told(&text), @"fine");
}

#[test]
fn an_api_that_is_not_published_may_still_be() {
    let text = with(&[(
        "    orders: { portal: main, auth",
        "    other: { portal: main, auth",
    )]);
    assert_snapshot!(told(&text), @r"
    warning api-not-published: the API `orders` is not published to the portal of `phone`
      36:14 `orders`
      help: declare it under `konnect.publications.orders`
    ");
}

#[test]
fn application_and_publication_have_to_use_one_strategy() {
    let text = with(&[
        (
            "orders: { portal: main, auth_strategy: okta-oidc }",
            "orders: { portal: main, auth_strategy: keys }",
        ),
        (
            "  auth_strategies:\n",
            "  auth_strategies:\n    keys: { strategy_type: key_auth, display_name: Keys }\n",
        ),
    ]);
    assert_snapshot!(told(&text), @r"
    error strategy-mismatch: `phone` logs in by `okta-oidc`, and `orders` is published with `keys`
      36:22 `okta-oidc`
      31:44 `keys` published here
      help: an application has exactly one strategy: use the same in both places
    ");
}

#[test]
fn what_is_verified_has_to_be_declared_and_registered() {
    let verify = |app: &str, api: &str| {
        let text = with(&[]);
        told(&format!(
            "{text}verify:\n  {api}: {{ app: {app}, url: https://gw.example/o }}\n"
        ))
    };
    assert_snapshot!(verify("phone", "orders"), @"fine");
    assert_snapshot!(verify("phnoe", "orders"), @r"
    error unknown-ref: the document declares no app `phnoe`
      41:18 `phnoe`
      help: did you mean `phone`?
    ");
    assert_snapshot!(verify("phone", "other"), @r"
    warning verify-without-registration: `phone` is not registered for `other`: the gateway will answer 403
      41:17 `phone`
      help: add `other` to the `apis` of `phone`
    ");
}
