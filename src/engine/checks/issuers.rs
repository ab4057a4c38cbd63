//! Provider, strategy and authorization server must mean the same issuer.

use url::Url;

use super::facts::Facts;
use crate::base::{Diagnostic, Report, Suggestion, Value};
use crate::kinds::okta::authorization_server;
use crate::plan::Desired;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for provider in facts.providers() {
        if provider.field("type").as_text() == Some("okta") {
            literal(facts, provider, report);
        }
    }
    for strategy in facts.strategies() {
        let desired = strategy.desired;
        let provider = desired
            .field("dcr_provider")
            .as_ref_address()
            .and_then(|address| facts.declared.get(address));
        if let Some(provider) = provider {
            agree(desired, provider, report);
        }
    }
}

/// An issuer that is written out for Okta must be one of this org's servers.
fn literal(facts: &Facts<'_>, provider: &Desired, report: &mut Report) {
    let Some(issuer) = provider.field("issuer").as_text() else {
        return;
    };
    // one that was filled in from a server is right by construction
    if provider.fields.contains_key("authorization_server") {
        return;
    }
    let span = provider.span_of("issuer");
    let help = "write `authorization_server: default` instead: the issuer is then read from there";
    let trimmed = issuer.trim_end_matches('/');
    if let Some(world) = facts.world {
        let known: Vec<&str> = world
            .of(authorization_server::NAME)
            .filter_map(|live| live.field("issuer").as_text())
            .collect();
        if !known.contains(&trimmed) {
            let near = Suggestion::find(trimmed, known).map(|near| near.to_string());
            report.push(
                Diagnostic::error(
                    "issuer-unknown",
                    format!("no authorization server of this org has the issuer `{issuer}`"),
                )
                .at(span)
                .help_opt(near)
                .help(help),
            );
        }
        return;
    }
    let Ok(url) = Url::parse(issuer) else {
        report.push(
            Diagnostic::error("issuer-form", format!("`{issuer}` is no address"))
                .at(span)
                .help(help),
        );
        return;
    };
    let server = url
        .path()
        .strip_prefix("/oauth2/")
        .map(|rest| rest.trim_end_matches('/'));
    if server.is_none_or(|server| server.is_empty() || server.contains('/')) {
        report.push(
            Diagnostic::error(
                "issuer-form",
                format!(
                    "`{issuer}` is no issuer of Okta: it has the form `https://ORG/oauth2/SERVER`"
                ),
            )
            .at(span)
            .help(help),
        );
    }
    let org = facts
        .settings
        .and_then(|settings| settings.okta.as_ref())
        .map(|okta| okta.org_url.url().origin().ascii_serialization());
    if let Some(org) = org.filter(|org| *org != url.origin().ascii_serialization()) {
        // a custom domain of the org is another host, too; `plan` can tell
        report.push(
            Diagnostic::warning(
                "issuer-mismatch",
                format!("the issuer `{issuer}` is not at `{org}`, the org of this document"),
            )
            .at(span)
            .help(help),
        );
    }
}

/// A strategy takes the issuer of its provider; one of its own must be the same.
fn agree(strategy: &Desired, provider: &Desired, report: &mut Report) {
    let same = match (strategy.field("issuer"), provider.field("issuer")) {
        (Value::Text(a), Value::Text(b)) => a.trim_end_matches('/') == b.trim_end_matches('/'),
        // taken from the provider, or both from the same server
        (Value::Of(address, _), issuer) => {
            *address == provider.address
                || matches!(issuer, Value::Of(other, _) if other == address)
        }
        // written out here, read from a server there: known once the server was read
        _ => true,
    };
    if same {
        return;
    }
    let place = if strategy.spans.contains_key("authorization_server") {
        "authorization_server"
    } else {
        "issuer"
    };
    report.push(
        Diagnostic::error(
            "issuer-mismatch",
            format!(
                "`{}` and its DCR provider `{}` name different issuers",
                strategy.address.key(),
                provider.address.key()
            ),
        )
        .label(
            strategy.span_of(place),
            "tokens are checked against this one",
        )
        .label(
            provider.span_of("issuer"),
            "clients are registered at this one",
        )
        .help(format!(
            "remove `{place}` of the strategy: the issuer is read from the provider"
        )),
    );
}
