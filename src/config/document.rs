//! From texts to a document, with all that is wrong in one report.

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::settings::Settings;
use super::vars::{self, Vars};
use super::{Sections, checks, merge, parse, plain_secret, shape};
use crate::base::{Data, Diagnostic, Node, Report, SourceMap};

/// One file that was read.
#[derive(Debug, Clone)]
pub struct Input {
    /// The path as the user would write it.
    pub name: String,
    /// The whole text.
    pub text: String,
}

/// A document: all its files in one tree.
#[derive(Debug, Clone)]
pub struct Document {
    /// Everything, merged and with variables expanded; the kinds read their sections from it.
    pub root: Node,
    /// What is no kind's section; absent when it could not be read.
    pub settings: Option<Settings>,
    /// SHA-256 in hex over the files' texts and the variables' values. The files' names and order
    /// do not count, so that the same document has the same digest on every machine.
    pub digest: String,
}

/// What the floor above knows about the document.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a> {
    /// The whole JSON Schema: [`settings_schema`](super::settings_schema) and the kinds' sections.
    pub schema: &'a serde_json::Value,
    /// Where the kinds' entries are.
    pub sections: &'a Sections,
}

/// Reads the files of one document.
///
/// Findings go to the report and the texts to the sources, so that findings can be shown whether
/// there is a document or not. There is no answer when no tree could be made; a tree with mistakes is
/// handed on, so that what remains of it can be checked as well. Only a report without errors permits
/// to act on it.
pub fn load(
    inputs: Vec<Input>,
    given: &Vars,
    frame: Frame<'_>,
    sources: &mut SourceMap,
    report: &mut Report,
) -> Option<Document> {
    if inputs.is_empty() {
        report.push(
            Diagnostic::error("empty-document", "there is no file to read")
                .help("give one with `-f`, or run `dcrsync init`"),
        );
        return None;
    }
    let count = inputs.len();
    let mut texts = Vec::with_capacity(count);
    let mut roots = Vec::with_capacity(count);
    for input in inputs {
        texts.push(Sha256::digest(&input.text));
        let file = sources.add(input.name, input.text);
        let text = sources.source(file).map_or("", |source| &source.text);
        roots.extend(parse::parse(file, text, report));
    }
    // with a file missing, everything that it declares would be reported as missing as well
    if roots.len() < count {
        return None;
    }
    let mut root = merge::merge(roots, frame.sections, report)?;
    let values = vars::expand(&mut root, given, sources, report);
    let is_expanded = !report.has_errors();
    let mut misshapen = Report::new();
    shape::check(frame.schema, &root, &mut misshapen);
    for found in misshapen.iter() {
        if is_expanded || !is_about_variable(found, sources) {
            report.push(found.clone());
        }
    }
    plain_secret::check(&root, &values, report);
    let own = without_sections(&root, frame.sections);
    checks::check(&own, report);
    let settings = typed(&own, !misshapen.has_errors(), report);
    Some(Document {
        root,
        settings,
        digest: digest(texts, &values),
    })
}

/// A variable that could not be expanded was reported; that it has the wrong form is no news.
fn is_about_variable(found: &Diagnostic, sources: &SourceMap) -> bool {
    let text = found
        .span()
        .and_then(|span| sources.source(span.file)?.text.get(span.start..span.end));
    matches!(found.code, "bad-pattern" | "unknown-value" | "too-long")
        && text.is_some_and(|text| text.contains("${"))
}

/// Reads the settings; a tree that does not fit the schema was reported already.
fn typed(root: &Node, fits: bool, report: &mut Report) -> Option<Settings> {
    match Settings::deserialize(root) {
        Ok(settings) => Some(settings),
        Err(_) if !fits => None,
        Err(error) => {
            report.push(error.diagnostic(root.span));
            None
        }
    }
}

/// The tree without the kinds' sections, which the settings do not know.
fn without_sections(root: &Node, sections: &Sections) -> Node {
    let settings = root.entries().iter().map(|(key, value)| {
        let Data::Map(fields) = &value.data else {
            return (key.clone(), value.clone());
        };
        let own = fields
            .iter()
            .filter(|(field, _)| {
                !sections.leads_to_entries(&[key.value.clone(), field.value.clone()])
            })
            .cloned()
            .collect();
        (key.clone(), Node::new(Data::Map(own), value.span))
    });
    Node::new(Data::Map(settings.collect()), root.span)
}

fn digest(
    mut texts: Vec<impl AsRef<[u8]> + Ord>,
    values: &std::collections::BTreeMap<String, String>,
) -> String {
    texts.sort_unstable();
    let mut hash = Sha256::new();
    for text in texts {
        hash.update(text);
    }
    for (name, value) in values {
        // lengths keep `a` = `bc` and `ab` = `c` apart
        for part in [name, value] {
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
    }
    data_encoding::HEXLOWER.encode(&hash.finalize())
}
