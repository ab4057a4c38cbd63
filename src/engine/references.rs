//! What entries point at: by key, or by the name that the vendor knows.

use std::collections::{HashMap, HashSet};

use crate::base::{Address, Diagnostic, Report, Span, Suggestion, Value};
use crate::kinds::{AnyKind, find};
use crate::plan::Declared;

/// Turns names into keys where an entry has another key, and reports what is not there.
pub(super) fn settle(declared: &mut Declared, report: &mut Report) {
    let mut by_name: HashMap<(String, String), Address> = HashMap::new();
    for desired in declared.iter() {
        if let Some(name) = desired.field("name").as_text() {
            let above = desired.parent.as_ref().map_or("", |parent| parent.key());
            let key = desired.address.key();
            let own = match above {
                "" => Some(key),
                above => key
                    .strip_prefix(above)
                    .and_then(|key| key.strip_prefix('/')),
            };
            if own != Some(name) {
                let natural = match above {
                    "" => name.to_owned(),
                    above => format!("{above}/{name}"),
                };
                by_name.insert((desired.kind.to_string(), natural), desired.address.clone());
            }
        }
    }
    if !by_name.is_empty() {
        rename(declared, &by_name);
    }
    unknown(declared, report);
}

/// Gives references the keys of the entries that they call by another name.
fn rename(declared: &mut Declared, by_name: &HashMap<(String, String), Address>) {
    let known: HashSet<Address> = declared
        .iter()
        .map(|desired| desired.address.clone())
        .collect();
    let settle_one = |address: &mut Address| {
        if known.contains(&*address) {
            return;
        }
        let name = (address.kind().to_owned(), address.key().to_owned());
        if let Some(key) = by_name.get(&name) {
            *address = key.clone();
        }
    };
    for desired in declared.iter_mut() {
        desired.parent.iter_mut().for_each(settle_one);
        desired.after.iter_mut().for_each(settle_one);
        for value in desired.fields.values_mut() {
            match value {
                Value::Ref(address) | Value::Of(address, _) => settle_one(address),
                Value::Null
                | Value::Bool(_)
                | Value::Int(_)
                | Value::Text(_)
                | Value::List(_)
                | Value::Set(_)
                | Value::Map(_)
                | Value::Id(..)
                | Value::Secret(_)
                | Value::Fingerprint(_) => {}
            }
        }
    }
}

/// Reports references to what only this document can make and does not declare.
fn unknown(declared: &Declared, report: &mut Report) {
    for desired in declared.iter().filter(|desired| !desired.absent) {
        for (field, value) in &desired.fields {
            let Some(target) = value.needs() else {
                continue;
            };
            check(target, desired.span_of(field), declared, report);
        }
        if let Some(parent) = &desired.parent {
            check(parent, desired.span, declared, report);
        }
    }
}

fn check(target: &Address, span: Span, declared: &Declared, report: &mut Report) {
    let Some(kind) = find(target.kind()) else {
        return;
    };
    let info = kind.info();
    if let Some(there) = declared.get(target) {
        if there.absent {
            report.push(
                Diagnostic::error(
                    "absent-ref",
                    format!("`{}` is `state: absent` and still needed", target.key()),
                )
                .label(span, "needed here")
                .label(there.span, "absent here")
                .help("remove `state: absent`, or what needs it"),
            );
        }
        return;
    }
    if info.nameable {
        return;
    }
    let names = declared.of(info.name).map(|desired| desired.address.key());
    let near = Suggestion::find(target.key(), names).map(|near| near.to_string());
    let help = near.or_else(|| Some(format!("declare it under `{}`", section(kind, target)?)));
    report.push(
        Diagnostic::error(
            "unknown-ref",
            format!(
                "the document declares no {} `{}`",
                info.name.noun(),
                target.key()
            ),
        )
        .at(span)
        .help_opt(help),
    );
}

/// Where the entry of an address would stand, `okta.authorization_servers.default.scopes`.
fn section(kind: &dyn AnyKind, target: &Address) -> Option<String> {
    let (_, path) = kind.section().split_last()?;
    let mut names = target.key().split('/');
    let path: Vec<&str> = path
        .iter()
        .map(|part| {
            if *part == "*" {
                names.next()
            } else {
                Some(*part)
            }
        })
        .collect::<Option<_>>()?;
    Some(path.join("."))
}
