use super::declare::Entries;
use super::schema::{expanded, sections};
use super::{checks, claims, declare, ordering, references};
use crate::base::{Data, KindName, Node, Report, SourceMap};
use crate::config::{self, Document, Frame, Input, Settings, Vars};
use crate::kinds::konnect::{app, publication};
use crate::kinds::okta::{claim, policy, policy_rule, scope};
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
    /// The digest; the tree was left when everything had been read.
    pub document: Document,
    /// The objects that it wants.
    pub declared: Declared,
    /// What may be deleted although no entry names it.
    pub prune: Vec<Prune>,
}

/// Findings that something is not declared, and the kinds that would have to declare it.
const NOT_DECLARED: [(&str, &[KindName]); 5] = [
    ("api-not-published", &[publication::NAME]),
    ("claim-not-in-server", &[claim::NAME]),
    ("no-policy-rule", &[policy::NAME, policy_rule::NAME]),
    ("scope-not-in-server", &[scope::NAME]),
    ("verify-without-registration", &[app::NAME]),
];

/// What an entry declares that could not be read is not known: that it is missing is no news.
fn is_about_unread(code: &str, unread: &[KindName]) -> bool {
    match NOT_DECLARED.iter().find(|(known, _)| *known == code) {
        Some((_, kinds)) => kinds.iter().any(|kind| unread.contains(kind)),
        None => code == "unknown-ref" && !unread.is_empty(),
    }
}

/// Reads and checks the files of one document; pure, nobody is asked.
pub fn load(inputs: Vec<Input>, vars: &Vars) -> Loaded {
    let mut sources = SourceMap::default();
    let mut report = Report::new();
    let schema = expanded();
    let sections = sections();
    let frame = Frame {
        schema: &schema,
        sections: &sections,
    };
    let document = config::load(inputs, vars, frame, &mut sources, &mut report);
    let checked = document.and_then(|mut document| {
        let Entries {
            mut declared,
            unread,
        } = declare::declare(&document.root, &mut report);
        let mut found = Report::new();
        references::settle(&mut declared, &mut found);
        ordering::settle(&mut declared);
        claims::check(&declared, &mut found);
        checks::offline(&declared, document.settings.as_ref(), &mut found);
        for diagnostic in found.iter() {
            if !is_about_unread(diagnostic.code, &unread) {
                report.push(diagnostic.clone());
            }
        }
        let settings = document.settings.clone()?;
        let prune = declare::prunes(&document.root, &settings.name);
        // all was read, and the tree of a large document takes more memory than anything else
        document.root = Node::new(Data::Null, document.root.span);
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
