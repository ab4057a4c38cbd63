//! What the settings must keep and a JSON Schema cannot say.

use serde::Deserialize;

use super::Freezes;
use super::settings::{Alert, Endpoint, Freeze, KonnectSettings, OktaSettings, Percent, Verify};
use crate::base::{Diagnostic, Node, Report, Span, Spanned};

/// Checks each part of the settings that has the right shape, whatever is wrong with the others.
pub(super) fn check(root: &Node, report: &mut Report) {
    if let Some((key, node)) = root.entry("okta")
        && let Ok(okta) = OktaSettings::deserialize(node)
    {
        check_okta(&okta, key.span, node, report);
    }
    if let Some((key, node)) = root.entry("konnect")
        && let Ok(konnect) = KonnectSettings::deserialize(node)
    {
        check_konnect(&konnect, key.span, node, report);
    }
    for node in root.get("alerts").map(Node::items).unwrap_or_default() {
        if let Ok(Alert::Webhook(webhook)) = Alert::deserialize(node) {
            secure(&webhook.url, report);
        }
    }
    for (_, node) in root.get("verify").map(Node::entries).unwrap_or_default() {
        if let Ok(Some(url)) = Verify::deserialize(node).map(|verify| verify.url) {
            secure(&url, report);
        }
    }
    let freezes = root.get("watch").and_then(|watch| watch.get("freeze"));
    for node in freezes.map(Node::items).unwrap_or_default() {
        if let Ok(freeze) = Freeze::deserialize(node) {
            check_freeze(&freeze, report);
        }
    }
    let sections = [Some(root), root.get("okta"), root.get("konnect")];
    for node in sections
        .iter()
        .flatten()
        .filter_map(|section| section.get("budget"))
    {
        if Percent::deserialize(node).is_ok_and(|share| share.percent() == 0) {
            report.push(
                Diagnostic::error("too-small", "a budget of `0%` lets no request through")
                    .at(node.span)
                    .help("leave `budget` out to use half of each rate limit"),
            );
        }
    }
}

fn check_okta(okta: &OktaSettings, key: Span, node: &Node, report: &mut Report) {
    secure(&okta.org_url, report);
    one_of(
        "okta",
        ["token", "oauth"],
        "token: { sops: okta.api_token }",
        key,
        node,
        report,
    );
    let url = okta.org_url.url();
    let host = url.host_str().unwrap_or_default();
    let name = host.split('.').next().unwrap_or_default();
    if name.ends_with("-admin") && host.contains("okta") {
        report.push(
            Diagnostic::error("bad-value", "`org_url` is the address of the admin console")
                .at(okta.org_url.span)
                .help(format!(
                    "write `https://{}`",
                    host.replacen("-admin.", ".", 1)
                )),
        );
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        report.push(
            Diagnostic::error(
                "bad-value",
                "`org_url` must be the organisation's address alone",
            )
            .at(okta.org_url.span)
            .help(format!("write `{}`", url.origin().ascii_serialization())),
        );
    }
}

fn check_konnect(konnect: &KonnectSettings, key: Span, node: &Node, report: &mut Report) {
    one_of(
        "konnect",
        ["region", "base_url"],
        "region: us",
        key,
        node,
        report,
    );
    for url in [&konnect.base_url, &konnect.portal_url]
        .into_iter()
        .flatten()
    {
        secure(url, report);
    }
    if let Some(region) = konnect
        .region
        .as_ref()
        .filter(|region| region.value == "global")
    {
        report.push(
            Diagnostic::error(
                "bad-value",
                "portals and strategies live in a region, not in `global`",
            )
            .at(region.span)
            .help("name the organisation's region: `us`, `eu`, `au`, `me`, `in` or `sg`"),
        );
    }
}

/// A freeze that is not understood would be none, and what it protects would be written to.
fn check_freeze(freeze: &Freeze, report: &mut Report) {
    let Err(error) = Freezes::parse(std::slice::from_ref(freeze)) else {
        return;
    };
    let what = error.what;
    let mut message = what.to_string();
    if let Some(source) = std::error::Error::source(&what) {
        // the parser draws the expression and points into it; our own frame does so
        let source = source.to_string();
        let reason = source
            .rsplit_once("^ ")
            .map_or(source.as_str(), |(_, it)| it);
        message = format!("{message}: {reason}");
    }
    report.push(
        Diagnostic::error("bad-value", message)
            .at(what.span(freeze))
            .help(what.hint()),
    );
}

/// Exactly one of two fields must be given.
fn one_of(
    name: &str,
    fields: [&str; 2],
    example: &str,
    key: Span,
    node: &Node,
    report: &mut Report,
) {
    let [one, other] = fields;
    let given = |field: &str| {
        let (key, value) = node.entry(field)?;
        (value.data != crate::base::Data::Null).then_some(key.span)
    };
    match (given(one), given(other)) {
        (Some(_), None) | (None, Some(_)) => {}
        (None, None) => report.push(
            Diagnostic::error("one-of", format!("`{name}` lacks `{one}` or `{other}`"))
                .at(key)
                .help(format!("add one of them, such as `{example}`")),
        ),
        (Some(first), Some(second)) => report.push(
            Diagnostic::error(
                "one-of",
                format!("`{name}` takes `{one}` or `{other}`, not both"),
            )
            .at(second.max(first))
            .at(second.min(first))
            .help("keep one of them"),
        ),
    }
}

fn secure(url: &Spanned<Endpoint>, report: &mut Report) {
    if url.is_insecure() {
        report.push(
            Diagnostic::error("insecure-url", "plain `http` would send secrets in the clear")
                .at(url.span)
                .help("write `https://…`; plain `http` is for this machine only (`127.0.0.1`, `localhost`)"),
        );
    }
}
