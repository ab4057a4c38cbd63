use super::schema::{schema, sections};
use super::{checks, claims, declare, ordering, references};
use crate::base::{Report, SourceMap};
use crate::config::{self, Document, Frame, Input, Settings, Vars};
use crate::plan::{Declared, Prune};

/// Everything that is known of a document without asking a vendor.
#[derive(Debug)]
pub struct Loaded {
    /// The texts, for showing findings.
    pub sources: SourceMap,
    /// What is wrong with it, all in one go.
    pub report: Report,
    /// The document, when nothing is wrong.
    pub checked: Option<Checked>,
}

/// A document that was found to be in order.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What is no kind's section.
    pub settings: Settings,
    /// The tree and the digest.
    pub document: Document,
    /// The objects that it wants.
    pub declared: Declared,
    /// What may be deleted although no entry names it.
    pub prune: Vec<Prune>,
}

/// Reads and checks the files of one document; pure, nobody is asked.
pub fn load(inputs: Vec<Input>, vars: &Vars) -> Loaded {
    let mut sources = SourceMap::default();
    let mut report = Report::new();
    let schema = schema();
    let sections = sections();
    let frame = Frame {
        schema: &schema,
        sections: &sections,
    };
    let document = config::load(inputs, vars, frame, &mut sources, &mut report);
    let checked = document.and_then(|document| {
        let mut declared = declare::declare(&document.root, &mut report);
        references::settle(&mut declared, &mut report);
        ordering::settle(&mut declared);
        claims::check(&declared, &mut report);
        checks::offline(&declared, document.settings.as_ref(), &mut report);
        let settings = document.settings.clone()?;
        let prune = declare::prunes(&document.root, &settings.name);
        Some(Checked {
            settings,
            document,
            declared,
            prune,
        })
    });
    let checked = checked.filter(|_| !report.has_errors());
    Loaded {
        sources,
        report,
        checked,
    }
}
