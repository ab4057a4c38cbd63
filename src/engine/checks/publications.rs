//! An application can be registered only for what its portal publishes, with the same strategy.

use super::facts::Facts;
use crate::base::{Address, Diagnostic, Report, Span, Suggestion, Value};
use crate::kinds::konnect::{app, publication, registration};
use crate::plan::Desired;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    for wanted in facts.declared.of(registration::NAME) {
        let app = wanted
            .field("app")
            .as_ref_address()
            .and_then(|app| facts.declared.get(app));
        if let (Some(app), false) = (app, wanted.absent) {
            one(facts, wanted, app, report);
        }
    }
    let Some(settings) = facts.settings else {
        return;
    };
    for (api, verify) in &settings.verify {
        let app = app::NAME.at(&verify.app);
        let registered = facts.declared.of(registration::NAME).any(|registration| {
            registration.field("app").as_ref_address() == Some(&app)
                && registration
                    .field("api")
                    .as_ref_address()
                    .is_some_and(|address| address.key() == api)
        });
        if facts.declared.get(&app).is_none() {
            let names = facts.declared.of(app::NAME).map(|app| app.address.key());
            report.push(
                Diagnostic::error(
                    "unknown-ref",
                    format!("the document declares no app `{}`", verify.app),
                )
                .at(verify.app.span)
                .help(Suggestion::find(&verify.app, names).map_or_else(
                    || format!("declare it under `konnect.apps.{}`", verify.app),
                    |near| near.to_string(),
                )),
            );
        } else if !registered && verify.url.is_some() {
            report.push(
                Diagnostic::warning(
                    "verify-without-registration",
                    format!(
                        "`{}` is not registered for `{api}`: the gateway will answer 403",
                        verify.app
                    ),
                )
                .at(verify.app.span)
                .help(format!("add `{api}` to the `apis` of `{}`", verify.app)),
            );
        }
    }
}

fn one(facts: &Facts<'_>, wanted: &Desired, app: &Desired, report: &mut Report) {
    let api = wanted.field("api");
    let portal = wanted.parent.clone().map_or(Value::Null, Value::Ref);
    let fits = |field: &dyn Fn(&str) -> Value| field("api") == *api && field("portal") == portal;
    let declared = facts
        .declared
        .of(publication::NAME)
        .find(|publication| !publication.absent && fits(&|name| publication.field(name).clone()));
    let live = facts.world.and_then(|world| {
        world
            .of(publication::NAME)
            .find(|live| fits(&|name| live.field(name).clone()))
    });
    let name = api.as_ref_address().map_or("", Address::key);
    let place: Option<Span> = declared.map(|publication| publication.span_of("auth_strategy"));
    let strategy = declared
        .and_then(|publication| publication.fields.get("auth_strategy"))
        .or_else(|| live.map(|live| live.field("auth_strategy")));
    if declared.is_none() && live.is_none() {
        report.push(
            facts
                .absent(
                    "api-not-published",
                    format!(
                        "the API `{name}` is not published to the portal of `{}`",
                        app.address.key()
                    ),
                )
                .at(wanted.span)
                .help(format!("declare it under `konnect.publications.{name}`")),
        );
        return;
    }
    let (Some(Value::Ref(published)), Value::Ref(used)) = (strategy, app.field("auth_strategy"))
    else {
        return;
    };
    if published != used {
        let mut diagnostic = Diagnostic::error(
            "strategy-mismatch",
            format!(
                "`{}` logs in by `{}`, and `{name}` is published with `{}`",
                app.address.key(),
                used.key(),
                published.key()
            ),
        )
        .at(app.span_of("auth_strategy"));
        if let Some(place) = place {
            diagnostic = diagnostic.label(place, "published here");
        }
        report.push(
            diagnostic.help("an application has exactly one strategy: use the same in both places"),
        );
    }
}
