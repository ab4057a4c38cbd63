//! The claim by which the gateway knows the application.

use super::facts::{Facts, Part, Strategy};
use crate::base::{Diagnostic, Report, Span, Suggestion};
use crate::kinds::okta::claim;

/// What the claim must hold: the client id, in Okta's expression language.
const CLIENT_ID: &str = "app.clientId";

/// Claims of every access token that hold the client id without being declared.
const BUILT_IN: [&str; 1] = ["cid"];

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for strategy in facts.strategies().filter(|strategy| strategy.okta) {
        // the rest of the path leads into the claim
        let claims = strategy.desired.field("credential_claims").texts();
        let Some(name) = claims.first().filter(|name| !BUILT_IN.contains(name)) else {
            continue;
        };
        one(facts, &strategy, name, report);
    }
}

fn one(facts: &Facts<'_>, strategy: &Strategy<'_>, name: &str, report: &mut Report) {
    let span = strategy.desired.span_of_item("credential_claims", name);
    let parts = facts.parts(claim::NAME, strategy.server.as_ref());
    let named: Vec<Part<'_>> = parts
        .iter()
        .copied()
        .filter(|part| part.field("name").as_text() == Some(name))
        .collect();
    let access = named
        .iter()
        .find(|part| part.field("token").as_text() == Some("access"));
    match (access, named.first()) {
        (Some(claim), _) => content(strategy, *claim, name, span, report),
        (None, Some(claim)) => {
            let mut diagnostic = Diagnostic::error(
                "claim-in-id-token",
                format!("the claim `{name}` is in the identity token, and the gateway reads the access token"),
            )
            .at(span);
            if let Some(desired) = claim.desired {
                diagnostic = diagnostic.label(desired.span_of("token"), "declared here");
            }
            report.push(diagnostic.help("declare the claim with `token: access`"));
        }
        (None, None) => missing(facts, strategy, name, parts, report),
    }
}

fn content(strategy: &Strategy<'_>, claim: Part<'_>, name: &str, span: Span, report: &mut Report) {
    let place = |diagnostic: Diagnostic, field: &str| match claim.desired {
        Some(desired) => diagnostic
            .label(span, "")
            .label(desired.span_of(field), "declared here"),
        None => diagnostic.at(span),
    };
    let value = claim.field("value").as_text().unwrap_or_default();
    // the default `sub` falls back to the client id where there is no person
    if value != CLIENT_ID && !(name == "sub" && value.contains(CLIENT_ID)) {
        let diagnostic = Diagnostic::error(
            "claim-value",
            format!(
                "the claim `{name}` holds `{value}`, and the gateway needs the client id in it"
            ),
        );
        report
            .push(place(diagnostic, "value").help(format!("declare it with `value: {CLIENT_ID}`")));
    }
    if claim.field("active").as_bool() == Some(false) {
        let diagnostic = Diagnostic::error(
            "claim-inactive",
            format!("the claim `{name}` is switched off"),
        );
        report.push(place(diagnostic, "active").help("declare it with `active: true`"));
    }
    let scopes = claim.field("scopes").texts();
    let wanted = strategy.scopes();
    if !scopes.is_empty() && !wanted.iter().any(|scope| scopes.contains(scope)) {
        let diagnostic = Diagnostic::error(
            "claim-scopes",
            format!(
                "the claim `{name}` comes only with {}, and the strategy asks for none of them",
                ticked(&scopes)
            ),
        );
        report.push(
            place(diagnostic, "scopes")
                .help("remove `scopes` of the claim, so that every token has it"),
        );
    }
}

fn ticked(names: &[&str]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

fn missing(
    facts: &Facts<'_>,
    strategy: &Strategy<'_>,
    name: &str,
    parts: &[Part<'_>],
    report: &mut Report,
) {
    let names: Vec<&str> = parts
        .iter()
        .filter(|part| part.field("token").as_text() == Some("access"))
        .filter_map(|part| part.field("name").as_text())
        .collect();
    let near = match Suggestion::find(name, names) {
        Some(near @ Suggestion::DidYouMean(_)) => Some(near.to_string()),
        Some(Suggestion::OneOf(_)) | None => None,
    };
    let (message, place) = match &strategy.server {
        Some(server) if facts.world.is_some() => (
            format!(
                "the authorization server `{}` has no access token claim `{name}`",
                server.key()
            ),
            server.key().to_owned(),
        ),
        Some(server) => (
            format!(
                "the document declares no claim `{name}` in the authorization server `{}`",
                server.key()
            ),
            server.key().to_owned(),
        ),
        None => (
            format!(
                "nobody declares the claim `{name}`: the issuer is no authorization server of this document"
            ),
            "default".to_owned(),
        ),
    };
    // the issuer of another server of the org may be written out: only Okta can tell
    let diagnostic = facts.absent("claim-not-in-server", message);
    report.push(
        diagnostic
            .at(strategy.desired.span_of_item("credential_claims", name))
            .help(near.unwrap_or_else(|| {
                format!(
                    "add `{name}: {{ value: {CLIENT_ID}, token: access }}` under `okta.authorization_servers.{place}.claims`"
                )
            })),
    );
}
