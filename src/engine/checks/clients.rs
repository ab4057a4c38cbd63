//! A client needs a strategy that knows clients, and one that is there already has to be there.

use std::collections::HashSet;

use super::facts::Facts;
use crate::base::{Diagnostic, Report};
use crate::kinds::konnect::{app, auth_strategy};
use crate::kinds::okta::client;
use crate::plan::Desired;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for app in facts.declared.of(app::NAME).filter(|app| !app.absent) {
        strategy(facts, app, report);
    }
    let Some(world) = facts.world else {
        return;
    };
    let known: HashSet<&str> = world
        .of(client::NAME)
        .filter_map(|live| live.field("client_id").as_text())
        .collect();
    for app in facts.declared.of(app::NAME).filter(|app| !app.absent) {
        let Some(id) = app.field("client_id").as_text() else {
            continue;
        };
        if !known.contains(id) {
            report.push(
                Diagnostic::warning(
                    "client-unknown",
                    format!("Okta has no client `{id}`; Konnect would link it all the same"),
                )
                .at(app.span_of("client_id"))
                .help("copy the client id from Okta, or take `client: managed`"),
            );
        }
    }
}

/// Konnect registers and links clients of applications whose strategy has a DCR provider, and refuses others.
fn strategy(facts: &Facts<'_>, app: &Desired, report: &mut Report) {
    let named = app.field("auth_strategy").as_ref_address();
    let Some(strategy) = named.and_then(|address| facts.declared.get(address)) else {
        return;
    };
    let is_key = strategy.field("strategy_type").as_text() == Some(auth_strategy::KEY_AUTH);
    let is_linked = app.fields.contains_key("client_id");
    if strategy.fields.contains_key("dcr_provider") || is_key && !is_linked {
        return;
    }
    report.push(
        Diagnostic::error(
            "strategy-without-dcr",
            format!(
                "`{}` has a client, and its strategy `{}` has no DCR provider",
                app.address.key(),
                strategy.address.key()
            ),
        )
        .label(
            app.span_of("auth_strategy"),
            "Konnect refuses it with this strategy",
        )
        .label(strategy.span, "has no `dcr_provider`")
        .help(if is_key {
            "take a strategy of type `openid_connect` with a `dcr_provider`"
        } else {
            "give the strategy a `dcr_provider`, also where the client is `managed` or `existing`"
        }),
    );
}
