mod agreement;
mod document;
mod entry;
mod merge;
mod parse;
mod plain_secret;
mod shape;
mod vars;

use serde_json::{Value as Json, json};

use crate::base::{Node, Report, SourceMap, Span};
use crate::config::{Document, Frame, Input, Sections, Vars, load, settings_schema};

/// The schema of the settings with two sections of entries, as the floor above makes it.
fn schema() -> Json {
    let mut schema = settings_schema();
    let entries = json!({
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "description": { "type": "string" },
                "type": { "enum": ["okta", "http"] },
                "dcr_token": { "x-secret": true, "oneOf": [
                    { "type": "object", "properties": { "sops": { "type": "string" } },
                      "required": ["sops"], "additionalProperties": false },
                ] },
            },
            "additionalProperties": false,
        },
    });
    schema["properties"]["konnect"]["properties"]["dcr_providers"] = entries.clone();
    schema["properties"]["okta"]["properties"]["authorization_servers"] = json!({
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": { "scopes": entries, "prune": { "type": "boolean" } },
            "additionalProperties": false,
        },
    });
    schema
}

fn sections() -> Sections {
    Sections::new([
        "okta.authorization_servers.*.scopes",
        "konnect.dcr_providers",
    ])
}

/// A document's files on the way in and what came out.
struct Loaded {
    document: Option<Document>,
    report: Report,
    sources: SourceMap,
}

impl Loaded {
    fn with(vars: &Vars, texts: &[&str]) -> Self {
        let inputs = texts.iter().enumerate().map(|(at, text)| Input {
            name: format!("{}.yaml", (b'a' + u8::try_from(at).unwrap()) as char),
            text: (*text).to_owned(),
        });
        let (mut report, mut sources) = (Report::new(), SourceMap::default());
        let frame = Frame {
            schema: &schema(),
            sections: &sections(),
        };
        let document = load(inputs.collect(), vars, frame, &mut sources, &mut report);
        // what is left of a refused document is for further checks only
        let document = document.filter(|_| !report.has_errors());
        Self {
            document,
            report,
            sources,
        }
    }

    fn new(texts: &[&str]) -> Self {
        Self::with(&Vars::default(), texts)
    }

    fn text(&self, span: Span) -> &str {
        let source = self.sources.source(span.file).unwrap();
        &source.text[span.start..span.end]
    }

    /// Each finding as `code: message [what its places say]`.
    fn findings(&self) -> Vec<String> {
        let each = self.report.sorted();
        let each = each.iter().map(|found| {
            let places: Vec<_> = found
                .labels
                .iter()
                .map(|label| self.text(label.span))
                .collect();
            format!("{}: {} {places:?}", found.code, found.message)
        });
        each.collect()
    }

    fn node(&self, path: &[&str]) -> &Node {
        self.document.as_ref().unwrap().root.at(path).unwrap()
    }
}
