//! No object may be claimed by two entries, under whatever keys they stand.

use std::collections::HashMap;

use crate::base::{Diagnostic, Report};
use crate::kinds::infos;
use crate::plan::{Declared, Desired};

/// Reports entries that mean the same object at the vendor.
pub(super) fn check(declared: &Declared, report: &mut Report) {
    for kind in infos() {
        let mut seen: HashMap<String, &Desired> = HashMap::new();
        for desired in declared.of(kind.name) {
            let fields: Vec<_> = kind.key.iter().map(|field| desired.field(field)).collect();
            let key = format!("{:?} {fields:?}", desired.parent);
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
