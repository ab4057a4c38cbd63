//! The trees of several files to one: mappings merge by key, nothing may be declared twice.

use std::collections::HashMap;

use super::Sections;
use crate::base::{Data, Diagnostic, Node, Report, Spanned};

/// Merges the roots of all files, in their order. `None` when there are none.
pub(super) fn merge(roots: Vec<Node>, sections: &Sections, report: &mut Report) -> Option<Node> {
    let mut roots = roots.into_iter();
    let mut merged = roots.next()?;
    for root in roots {
        if let (Data::Map(old), Data::Map(new)) = (&mut merged.data, root.data) {
            join(old, new, &mut Vec::new(), sections, report);
        } else {
            report.push(
                Diagnostic::error("wrong-type", "each file must be a mapping to be merged")
                    .at(root.span)
                    .help("start it with `version: 1`, or leave it out"),
            );
        }
    }
    Some(merged)
}

type Entries = Vec<(Spanned<String>, Node)>;

fn join(
    old: &mut Entries,
    new: Entries,
    path: &mut Vec<String>,
    sections: &Sections,
    report: &mut Report,
) {
    let mut places: HashMap<String, usize> = old
        .iter()
        .enumerate()
        .map(|(at, (key, _))| (key.value.clone(), at))
        .collect();
    for (key, value) in new {
        let known = places.get(&key.value).and_then(|at| old.get_mut(*at));
        let Some((old_key, old_value)) = known else {
            places.insert(key.value.clone(), old.len());
            old.push((key, value));
            continue;
        };
        path.push(key.value.clone());
        match (&mut old_value.data, value.data) {
            (Data::Map(old), Data::Map(new))
                if path.len() == 1 || sections.leads_to_entries(path) =>
            {
                join(old, new, path, sections, report);
            }
            (old, new) if may_repeat(path) && *old == new => {}
            _ => report.push(twice(&path.join("."), &key, old_key)),
        }
        path.pop();
    }
}

/// What the document is may be said in each of its files.
fn may_repeat(path: &[String]) -> bool {
    matches!(path, [name] if name == "version" || name == "name")
}

fn twice(path: &str, key: &Spanned<String>, old: &Spanned<String>) -> Diagnostic {
    Diagnostic::error("declared-twice", format!("`{path}` is declared twice"))
        .label(key.span, "declared again")
        .label(old.span, "first declared here")
        .help("keep one of them")
}
