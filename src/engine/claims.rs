//! No object, and no place in an order, may be claimed by two entries, under whatever keys they stand.

use std::collections::BTreeMap;

use crate::base::{Address, Diagnostic, Report, Value};
use crate::kinds::infos;
use crate::plan::{Compare, Declared, Desired};

/// Reports entries that mean the same object at the vendor, or the same place among their siblings.
pub(super) fn check(declared: &Declared, report: &mut Report) {
    places(declared, report);
    for kind in infos() {
        let mut seen: BTreeMap<(Option<&Address>, Vec<&Value>), &Desired> = BTreeMap::new();
        for desired in declared.of(kind.name) {
            let fields = kind.key.iter().map(|field| desired.field(field)).collect();
            let key = (desired.parent.as_ref(), fields);
            if let Some(first) = seen.insert(key, desired) {
                report.push(
                    Diagnostic::error(
                        "claimed-twice",
                        format!(
                            "`{}` and `{}` mean the same {} at the vendor",
                            first.address,
                            desired.address,
                            kind.name.noun()
                        ),
                    )
                    .label(desired.span, "again")
                    .label(first.span, "first here")
                    .help("give one of them another `name`, or remove it"),
                );
            }
        }
    }
}

fn places(declared: &Declared, report: &mut Report) {
    for kind in infos() {
        let ordered = kind.fields.iter();
        for field in ordered.filter(|field| field.compare == Compare::Order) {
            let mut seen: BTreeMap<(Option<&Address>, &Value), &Desired> = BTreeMap::new();
            for desired in declared.of(kind.name).filter(|desired| !desired.absent) {
                let Some(number) = desired.fields.get(field.name) else {
                    continue;
                };
                let place = (desired.parent.as_ref(), number);
                if let Some(first) = seen.insert(place, desired) {
                    report.push(
                        Diagnostic::error(
                            "same-place",
                            format!(
                                "`{}` and `{}` have the same `{}`",
                                first.address.key(),
                                desired.address.key(),
                                field.name
                            ),
                        )
                        .label(desired.span_of(field.name), "again")
                        .label(first.span_of(field.name), "first here")
                        .help("give each its own number; only their order matters"),
                    );
                }
            }
        }
    }
}
