//! What is only named has to be there.

use super::facts::Facts;
use crate::base::{Address, Diagnostic, Report, Span, Suggestion};
use crate::kinds::find;

pub(super) fn check(facts: &Facts<'_>, report: &mut Report) {
    let Some(world) = facts.world else {
        return;
    };
    for desired in facts.declared.iter().filter(|desired| !desired.absent) {
        let mut named: Vec<(&Address, Span)> = desired
            .fields
            .iter()
            .filter_map(|(field, value)| Some((value.needs()?, desired.span_of(field))))
            .collect();
        named.extend(desired.parent.as_ref().map(|parent| (parent, desired.span)));
        for (address, span) in named {
            if facts.declared.get(address).is_none() && world.get(address).is_none() {
                absent(facts, address, span, report);
            }
        }
    }
}

fn absent(facts: &Facts<'_>, address: &Address, span: Span, report: &mut Report) {
    let Some(kind) = find(address.kind()) else {
        return;
    };
    let info = kind.info();
    let name = address.key().rsplit('/').next().unwrap_or_default();
    let above = address.key().strip_suffix(name).unwrap_or_default();
    let names: Vec<&str> = facts
        .world
        .iter()
        .flat_map(|world| world.of(info.name))
        .filter(|live| {
            live.address
                .as_ref()
                .is_some_and(|there| there.key().starts_with(above))
        })
        .filter_map(|live| live.field("name").as_text())
        .collect();
    let near = Suggestion::find(name, names).map(|near| near.to_string());
    let help = near.unwrap_or_else(|| format!("there is no {} at all", info.name.noun()));
    let vendor = if info.name.vendor() == "okta" {
        "Okta"
    } else {
        "Konnect"
    };
    report.push(
        Diagnostic::error(
            "not-found",
            format!("{vendor} has no {} `{name}`", info.name.noun()),
        )
        .at(span)
        .help(help),
    );
}
