//! Documents as users write them, and worlds made by hand for what only the vendors know.

mod board;
mod checks_live;
mod checks_offline;
mod declaring;
mod input;
mod resolving;

use std::fmt::Write;

use crate::base::{Report, Severity, SourceMap};
use crate::config::{Input, Vars};
use crate::engine::{Loaded, load};
use crate::plan::Declared;

/// A document in which everything is right.
pub(super) const GOOD: &str = "version: 1
name: payments
okta:
  org_url: https://acme.okta.com
  token: { env: OKTA_TOKEN }
  authorization_servers:
    default:
      scopes:
        orders.read: { description: Read orders }
      claims:
        client_id: { value: app.clientId }
      policies:
        portal apps:
          clients: all
          rules:
            machines: { grant_types: [client_credentials], scopes: [orders.read] }
konnect:
  region: us
  token: { env: KONNECT_TOKEN }
  dcr_providers:
    okta-prod: { type: okta, authorization_server: default, dcr_token: { env: DCR_TOKEN } }
  auth_strategies:
    okta-oidc:
      display_name: Okta
      dcr_provider: okta-prod
      scopes: [orders.read]
      credential_claims: [client_id]
      auth_methods: [client_credentials, bearer]
  publications:
    orders: { portal: main, auth_strategy: okta-oidc }
  apps:
    phone:
      portal: main
      owner: { developer: dev@acme.example }
      auth_strategy: okta-oidc
      apis: [orders]
      client: dcr
      login: { env: PASSWORD }
      credentials: { sops: clients.phone, in: clients.sops.yaml }
";

/// The good document with one text in place of another.
#[track_caller]
pub(super) fn with(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(GOOD.to_owned(), |text, (old, new)| {
        assert!(text.contains(old), "the document has `{old}`");
        text.replacen(old, new, 1)
    })
}

pub(super) fn loaded(text: &str) -> Loaded {
    let input = Input {
        name: "dcrsync.yaml".to_owned(),
        text: text.to_owned(),
    };
    load(vec![input], &Vars::default())
}

/// The findings: severity, code and message, the places with what stands there, the ways out.
pub(super) fn findings(report: &Report, sources: &SourceMap) -> String {
    let mut text = String::new();
    for found in report.sorted() {
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let _ = writeln!(text, "{severity} {}: {}", found.code, found.message);
        for label in &found.labels {
            let place = sources.locate(label.span);
            let source = sources.source(label.span.file).expect("a file was read");
            let there = &source.text[label.span.start..label.span.end];
            let there = there.lines().next().unwrap_or_default();
            text +=
                format!("  {}:{} `{there}` {}", place.line, place.column, label.text).trim_end();
            text += "\n";
        }
        for help in &found.help {
            let _ = writeln!(text, "  help: {help}");
        }
    }
    if text.is_empty() {
        text += "fine\n";
    }
    text
}

/// The findings of a document.
pub(super) fn told(text: &str) -> String {
    let loaded = loaded(text);
    findings(&loaded.report, &loaded.sources)
}

/// What a document without mistakes declares.
#[track_caller]
pub(super) fn declared(text: &str) -> Declared {
    let loaded = loaded(text);
    let told = findings(&loaded.report, &loaded.sources);
    loaded.checked.unwrap_or_else(|| panic!("{told}")).declared
}

#[test]
fn the_good_document_is_good() {
    insta::assert_snapshot!(told(GOOD), @"fine");
}
