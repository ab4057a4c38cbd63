//! From the document's tree to desired objects, kind by kind.

use super::schema::children;
use crate::base::{Data, Diagnostic, KindName, Node, Report, Spanned};
use crate::config::{EntryCommon, State};
use crate::kinds::{AnyKind, Out, registry};
use crate::plan::{Declared, Desired, Ignore, Prune};

/// What the entries say, as far as they could be read.
pub(super) struct Entries {
    pub(super) declared: Declared,
    /// The kinds of entries that could not be read: it is not known what they declare.
    pub(super) unread: Vec<KindName>,
}

/// Reads all entries of all kinds.
pub(super) fn declare(root: &Node, report: &mut Report) -> Entries {
    let mut declared = Declared::default();
    let mut unread = Vec::new();
    for kind in registry() {
        let section = kind.section();
        let mut entries = Vec::new();
        if !section.is_empty() {
            find(root, section, &mut Vec::new(), &mut entries);
        }
        let below = children(*kind);
        for (names, node) in entries {
            match entry(*kind, &below, &names, node, report) {
                Some(objects) => {
                    for desired in objects {
                        add(&mut declared, desired, report);
                    }
                }
                None => unread.push(kind.info().name),
            }
        }
    }
    Entries { declared, unread }
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
    below: &[&str],
    names: &[&Spanned<String>],
    node: &Node,
    report: &mut Report,
) -> Option<Vec<Desired>> {
    let key = names.last()?;
    if node.data == Data::Null && is_reported(key, node, report) {
        return None;
    }
    let common = match EntryCommon::read(node) {
        Ok(common) => common,
        Err(error) => {
            unreadable(error.diagnostic(key.span), key, node, report);
            return None;
        }
    };
    let mut own = EntryCommon::strip(node);
    let is_below = |field: &Spanned<String>| below.contains(&field.value.as_str());
    let mut fields = own.entries().iter();
    if fields.any(|(field, value)| is_below(field) || is_literal(value, report))
        && let Data::Map(fields) = &mut own.to_mut().data
    {
        fields.retain(|(field, _)| !is_below(field));
        for (_, value) in fields {
            stand_in(value, report);
        }
    }
    let name = common.name.as_ref().unwrap_or(key);
    let absent = common.state.value == State::Absent;
    let mut found = Report::new();
    let mut out = Out {
        objects: Vec::new(),
        report: &mut found,
    };
    kind.declare(names, name, &own, absent, &mut out);
    let mut objects = out.objects;
    if let Some(misfit) = found.iter().find(|it| it.code == UNREADABLE) {
        unreadable(misfit.clone(), key, node, report);
        return None;
    }
    report.extend(found);
    for desired in &mut objects {
        desired.absent = absent;
        desired.protected = common.protected;
        desired.renamed_from = common.renamed_from.as_ref().map(|name| name.value.clone());
        desired.ignore = ignores(kind, &common, report);
    }
    Some(objects)
}

/// Puts a reference in the place of a secret that is written out: that was reported, and the rest of
/// the entry is still checked. Nobody follows the reference, because the document is refused.
fn stand_in(value: &mut Node, report: &Report) {
    if is_literal(value, report) {
        let name = Node::new(Data::Text("REFUSED".to_owned()), value.span);
        let form = Spanned::new("env".to_owned(), value.span);
        value.data = Data::Map(vec![(form, name)]);
    }
}

fn is_literal(value: &Node, report: &Report) -> bool {
    report
        .iter()
        .any(|found| found.code == "literal-secret" && found.span() == Some(value.span))
}

/// The code of an entry that its type does not take; no check of a kind has it.
const UNREADABLE: &str = "bad-value";

/// Reports that an entry cannot be read, unless the schema did so before, in better words.
fn unreadable(misfit: Diagnostic, key: &Spanned<String>, node: &Node, report: &mut Report) {
    if !is_reported(key, node, report) {
        report.push(misfit);
    }
}

/// Tells whether there is a finding inside the entry.
fn is_reported(key: &Spanned<String>, node: &Node, report: &Report) -> bool {
    let entry = key.span.start.min(node.span.start)..=key.span.end.max(node.span.end);
    report.iter().filter_map(Diagnostic::span).any(|span| {
        [key.span.file, node.span.file].contains(&span.file) && entry.contains(&span.start)
    })
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
                        format!(
                            "`{}` has no field `{field}` to be ignored",
                            kind.info().name
                        ),
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
    .label(twice.span, "declared again")
    .help("keep one of them");
    if let Some(first) = declared.get(&twice.address) {
        diagnostic = diagnostic.label(first.span, "first declared here");
    }
    report.push(diagnostic);
}
