//! An application can be registered only for what its portal publishes, with the same strategy.

use std::collections::BTreeMap;

use super::facts::Facts;
use crate::base::{Address, Diagnostic, Report, Span, Suggestion, Value};
use crate::kinds::konnect::{app, publication, registration};
use crate::plan::{Desired, Live};

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let published = Published::of(facts);
    for wanted in facts.declared.of(registration::NAME) {
        let app = wanted
            .field("app")
            .as_ref_address()
            .and_then(|app| facts.declared.get(app));
        if let (Some(app), false) = (app, wanted.absent) {
            one(facts, &published, wanted, app, report);
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

/// Publications by API and portal.
struct Published<'a> {
    declared: BTreeMap<(&'a Value, &'a Address), &'a Desired>,
    live: BTreeMap<(&'a Value, &'a Address), &'a Live>,
}

impl<'a> Published<'a> {
    fn of(facts: &Facts<'a>) -> Self {
        let declared = facts.declared.of(publication::NAME);
        let live = facts
            .world
            .into_iter()
            .flat_map(|world| world.of(publication::NAME));
        let mut published = Self {
            declared: BTreeMap::new(),
            live: BTreeMap::new(),
        };
        for publication in declared.filter(|publication| !publication.absent) {
            if let Some(portal) = publication.field("portal").as_ref_address() {
                let place = (publication.field("api"), portal);
                published.declared.entry(place).or_insert(publication);
            }
        }
        for publication in live {
            if let Some(portal) = publication.field("portal").as_ref_address() {
                let place = (publication.field("api"), portal);
                published.live.entry(place).or_insert(publication);
            }
        }
        published
    }
}

fn one(
    facts: &Facts<'_>,
    published: &Published<'_>,
    wanted: &Desired,
    app: &Desired,
    report: &mut Report,
) {
    let api = wanted.field("api");
    let place = wanted.parent.as_ref().map(|portal| (api, portal));
    let declared = place.and_then(|place| published.declared.get(&place).copied());
    let live = place.and_then(|place| published.live.get(&place).copied());
    let name = api.as_ref_address().map_or("", Address::key);
    let span: Option<Span> = declared.map(|publication| publication.span_of("auth_strategy"));
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
        if let Some(span) = span {
            diagnostic = diagnostic.label(span, "published here");
        }
        report.push(
            diagnostic.help("an application has exactly one strategy: use the same in both places"),
        );
    }
}
