//! The scopes that a strategy asks for.

use super::facts::{Facts, Strategy};
use crate::base::{Diagnostic, Report, Suggestion};
use crate::kinds::okta::scope;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for strategy in facts.strategies() {
        machines(&strategy, report);
        if !strategy.okta {
            continue;
        }
        // that one was refused already
        let refused = |name: &str| name == "openid" && strategy.for_machines();
        for name in strategy.scopes().into_iter().filter(|name| !refused(name)) {
            present(facts, &strategy, name, report);
        }
        if strategy.for_machines() {
            consent(facts, &strategy, report);
        }
    }
}

/// The trap of Kong's own how-to: <https://developer.konghq.com/dev-portal/dynamic-client-registration/okta/>
fn machines(strategy: &Strategy<'_>, report: &mut Report) {
    if !strategy.for_machines() {
        return;
    }
    let desired = strategy.desired;
    let scopes = strategy.scopes();
    if scopes.contains(&"openid") {
        report.push(
            Diagnostic::error(
                "openid-with-client-credentials",
                "`openid` cannot be granted to `client_credentials`: no person logs in",
            )
            .label(
                desired.span_of_item("scopes", "openid"),
                "asks for an identity",
            )
            .label(
                desired.span_of_item("auth_methods", "client_credentials"),
                "logs in without a person",
            )
            .help("remove `openid`, or remove `client_credentials` from `auth_methods`"),
        );
    }
    if scopes.is_empty() {
        report.push(
            Diagnostic::error(
                "no-scopes-with-client-credentials",
                format!(
                    "`{}` asks for no scopes: Konnect then asks for `openid`, which `client_credentials` cannot get",
                    desired.address.key()
                ),
            )
            .at(desired.span_of("scopes"))
            .help("add `scopes:` with at least one scope of the authorization server"),
        );
    }
}

fn present(facts: &Facts<'_>, strategy: &Strategy<'_>, name: &str, report: &mut Report) {
    let server = strategy.server.as_ref();
    if facts.has_scope(server, name) {
        return;
    }
    let parts = facts.parts(scope::NAME, server);
    let names: Vec<&str> = parts
        .iter()
        .filter_map(|part| part.field("name").as_text())
        .collect();
    let near = match Suggestion::find(name, names) {
        Some(near @ Suggestion::DidYouMean(_)) => Some(near.to_string()),
        Some(Suggestion::OneOf(_)) | None => None,
    };
    let (message, help) = match server {
        Some(server) if facts.world.is_some() => (
            format!(
                "the authorization server `{}` has no scope `{name}`",
                server.key()
            ),
            format!(
                "declare it under `okta.authorization_servers.{}.scopes`",
                server.key()
            ),
        ),
        Some(server) => (
            format!(
                "the document declares no scope `{name}` in the authorization server `{}`",
                server.key()
            ),
            "declare it there, or leave it: `plan` looks for it in Okta".to_owned(),
        ),
        None => (
            format!(
                "nobody declares the scope `{name}`: the issuer is no authorization server of this document"
            ),
            "name an `authorization_server` in the provider and declare its `scopes`".to_owned(),
        ),
    };
    // the issuer of another server of the org may be written out: only Okta can tell
    let diagnostic = facts.absent("scope-not-in-server", message);
    report.push(
        diagnostic
            .at(strategy.desired.span_of_item("scopes", name))
            .help(near.unwrap_or(help)),
    );
}

fn consent(facts: &Facts<'_>, strategy: &Strategy<'_>, report: &mut Report) {
    for name in strategy.scopes() {
        let Some(part) = facts.part(scope::NAME, strategy.server.as_ref(), name) else {
            continue;
        };
        if part.field("consent").as_text() != Some("required") {
            continue;
        }
        let mut diagnostic = Diagnostic::error(
            "consent-with-client-credentials",
            format!("the scope `{name}` needs a person's consent, and `client_credentials` has no person"),
        )
        .at(strategy.desired.span_of_item("scopes", name));
        if let Some(desired) = part.desired {
            diagnostic = diagnostic.label(desired.span_of("consent"), "declared here");
        }
        report.push(diagnostic.help("declare the scope with `consent: implicit`"));
    }
}
