//! What the settings must keep and a JSON Schema cannot say.

use super::settings::{Alert, Endpoint, KonnectSettings, OktaSettings, Settings};
use crate::base::{Diagnostic, Node, Report, Span, Spanned};

/// Checks settings that have the right shape; the tree gives the places.
pub(super) fn check(settings: &Settings, root: &Node, report: &mut Report) {
    if let (Some(okta), Some((key, node))) = (&settings.okta, root.entry("okta")) {
        check_okta(okta, key.span, node, report);
    }
    if let (Some(konnect), Some((key, node))) = (&settings.konnect, root.entry("konnect")) {
        check_konnect(konnect, key.span, node, report);
    }
    for alert in &settings.alerts {
        match alert {
            Alert::Webhook(webhook) => secure(&webhook.url, report),
            Alert::Slack(_) | Alert::Teams(_) | Alert::PagerDuty(_) | Alert::Command(_) => {}
        }
    }
    for verify in settings.verify.values() {
        if let Some(url) = &verify.url {
            secure(url, report);
        }
    }
    if settings.budget.percent() == 0
        && let Some(node) = root.get("budget")
    {
        report.push(
            Diagnostic::error("too-small", "a budget of `0%` lets no request through")
                .at(node.span)
                .help("leave `budget` out to use half of each rate limit"),
        );
    }
}

fn check_okta(okta: &OktaSettings, key: Span, node: &Node, report: &mut Report) {
    secure(&okta.org_url, report);
    one_of("okta", ["token", "oauth"], key, node, report);
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
    one_of("konnect", ["region", "base_url"], key, node, report);
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

/// Exactly one of two fields must be given.
fn one_of(name: &str, fields: [&str; 2], key: Span, node: &Node, report: &mut Report) {
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
                .help(format!("add one of them: `{one}: …`")),
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
