//! From the document's tree to desired objects, kind by kind.

use super::schema::children;
use crate::base::{Data, Diagnostic, Node, Report, Spanned};
use crate::config::{EntryCommon, State};
use crate::kinds::{AnyKind, Out, registry};
use crate::plan::{Declared, Desired, Ignore, Prune};

/// Reads all entries of all kinds.
pub(super) fn declare(root: &Node, report: &mut Report) -> Declared {
    let mut declared = Declared::default();
    for kind in registry() {
        let section = kind.section();
        let mut entries = Vec::new();
        if !section.is_empty() {
            find(root, section, &mut Vec::new(), &mut entries);
        }
        for (names, node) in entries {
            for desired in entry(*kind, &names, node, report) {
                add(&mut declared, desired, report);
            }
        }
    }
    declared
}

/// What the document lets be deleted although no entry names it.
pub(super) fn prunes(root: &Node, document: &str) -> Vec<Prune> {
    let on = |node: &Node| {
        node.get("prune")
            .is_some_and(|node| node.data == Data::Bool(true))
    };
    let mut prunes = Vec::new();
    for kind in registry() {
        let section = kind.section();
        let mut entries = Vec::new();
        if !section.is_empty() {
            find(root, section, &mut Vec::new(), &mut entries);
        }
        for (names, _) in entries.into_iter().filter(|(_, node)| on(node)) {
            prunes.push(Prune::Below(kind.info().name.at(&path(&names))));
        }
    }
    if root.get("konnect").is_some_and(on) {
        prunes.push(Prune::Owned {
            vendor: "konnect",
            document: document.to_owned(),
        });
    }
    prunes
}

type Found<'a> = (Vec<&'a Spanned<String>>, &'a Node);

fn find<'a>(
    node: &'a Node,
    section: &[&str],
    names: &mut Vec<&'a Spanned<String>>,
    found: &mut Vec<Found<'a>>,
) {
    let Some((first, rest)) = section.split_first() else {
        found.push((names.clone(), node));
        return;
    };
    if *first == "*" {
        for (key, value) in node.entries() {
            names.push(key);
            find(value, rest, names, found);
            names.pop();
        }
    } else if let Some(below) = node.get(first) {
        find(below, rest, names, found);
    }
}

fn path(names: &[&Spanned<String>]) -> String {
    let names: Vec<&str> = names.iter().map(|name| name.value.as_str()).collect();
    names.join("/")
}

fn entry(
    kind: &dyn AnyKind,
    names: &[&Spanned<String>],
    node: &Node,
    report: &mut Report,
) -> Vec<Desired> {
    let Some(key) = names.last() else {
        return Vec::new();
    };
    // a wrong shape was reported before; what can be read is still checked
    let Ok(common) = EntryCommon::read(node) else {
        return Vec::new();
    };
    let mut own = EntryCommon::strip(node);
    let below = children(kind);
    if let Data::Map(fields) = &mut own.data {
        fields.retain(|(field, _)| !below.contains(&field.value.as_str()));
    }
    let name = common.name.as_ref().map_or(&key.value, |name| &name.value);
    let absent = common.state.value == State::Absent;
    // what the schema refuses is reported by it, in better words than serde's
    let mut found = Report::new();
    let mut out = Out {
        objects: Vec::new(),
        report: &mut found,
    };
    kind.declare(names, name.clone(), &own, absent, &mut out);
    let mut objects = out.objects;
    for diagnostic in found.iter() {
        if diagnostic.code != "wrong-type" || !report.has_errors() {
            report.push(diagnostic.clone());
        }
    }
    for desired in &mut objects {
        desired.absent = absent;
        desired.protected = common.protected;
        desired.renamed_from = common.renamed_from.as_ref().map(|name| name.value.clone());
        desired.ignore = ignores(kind, &common, report);
    }
    objects
}

fn ignores(kind: &dyn AnyKind, common: &EntryCommon, report: &mut Report) -> Vec<Ignore> {
    common
        .ignore
        .iter()
        .map(|ignore| {
            let field = &ignore.field;
            if kind.info().field(field).is_none() {
                let names = kind.info().fields.iter().map(|field| field.name);
                report.push(
                    Diagnostic::error(
                        "unknown-field",
                        format!("{} has no field `{field}` to be ignored", kind.info().name),
                    )
                    .at(field.span)
                    .help_opt(
                        crate::base::Suggestion::find(field, names).map(|near| near.to_string()),
                    ),
                );
            }
            Ignore {
                field: field.value.clone(),
                reason: ignore.reason.clone(),
                until: ignore.until.as_ref().map(ToString::to_string),
            }
        })
        .collect()
}

fn add(declared: &mut Declared, desired: Desired, report: &mut Report) {
    let Err(twice) = declared.add(desired) else {
        return;
    };
    let mut diagnostic = Diagnostic::error(
        "declared-twice",
        format!("`{}` is declared twice", twice.address),
    )
    .label(twice.span, "again");
    if let Some(first) = declared.get(&twice.address) {
        diagnostic = diagnostic.label(first.span, "first here");
    }
    report.push(diagnostic);
}
