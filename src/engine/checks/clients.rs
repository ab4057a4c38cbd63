//! A client that is there already has to be there.

use super::facts::Facts;
use crate::base::{Diagnostic, Report};
use crate::kinds::konnect::app;
use crate::kinds::okta::client;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(world) = facts.world else {
        return;
    };
    for app in facts.declared.of(app::NAME).filter(|app| !app.absent) {
        let Some(id) = app.field("client_id").as_text() else {
            continue;
        };
        let known = world
            .of(client::NAME)
            .any(|live| live.field("client_id").as_text() == Some(id));
        if !known {
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
