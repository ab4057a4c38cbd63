//! Holds a tree to a JSON Schema and says what is wrong in the user's words.
//!
//! A validator of the shelf tells that "no branch of oneOf matched"; this one walks tree and schema
//! together, chooses the branch that was meant and reports inside it, all mistakes at once. It knows
//! the part of JSON Schema (draft 2020-12) that schemars makes for our types, see [`unsupported`];
//! a test holds it to an independent validator.

mod branch;
mod collection;
mod keywords;
mod scalar;
mod secret;
mod words;

use std::collections::HashMap;

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::base::{Data, Diagnostic, Node, Report, Span};

pub use keywords::unsupported;

/// Reports every mismatch between the tree and the schema.
pub fn check(schema: &Json, node: &Node, report: &mut Report) {
    let mut shape = Shape {
        definitions: schema.get("$defs").and_then(Json::as_object),
        patterns: HashMap::new(),
        masked: Vec::new(),
        found: Vec::new(),
        quiet: false,
    };
    shape.visit(schema, node, &Place::root(node));
    for diagnostic in shape.found {
        report.push(diagnostic);
    }
}

/// What a node is called and where its name stands.
struct Place {
    name: String,
    span: Span,
}

impl Place {
    const ROOT: &str = "the document";

    fn root(node: &Node) -> Self {
        Self {
            name: Self::ROOT.to_owned(),
            span: Span {
                end: node.span.start,
                ..node.span
            },
        }
    }
}

struct Shape<'a> {
    definitions: Option<&'a Map<String, Json>>,
    patterns: HashMap<&'a str, Option<Regex>>,
    /// Places inside of which a secret may stand, while they are visited.
    masked: Vec<Span>,
    found: Vec<Diagnostic>,
    /// Only whether something is wrong is asked; the first finding suffices.
    quiet: bool,
}

impl<'a> Shape<'a> {
    fn push(&mut self, mut diagnostic: Diagnostic) {
        for span in &self.masked {
            diagnostic = diagnostic.mask(*span);
        }
        self.found.push(diagnostic);
    }

    /// Tells whether the node fits, without reporting.
    fn fits(&mut self, schema: &'a Json, node: &Node) -> bool {
        let found = std::mem::take(&mut self.found);
        let quiet = std::mem::replace(&mut self.quiet, true);
        self.visit(schema, node, &Place::root(node));
        self.quiet = quiet;
        std::mem::replace(&mut self.found, found).is_empty()
    }

    /// Follows `$ref` into the definitions.
    fn resolve(&self, schema: &'a Json) -> &'a Json {
        let mut schema = schema;
        // a definition that refers to itself alone says nothing; this ends it
        for _ in 0..16 {
            let Some(name) = schema
                .get("$ref")
                .and_then(Json::as_str)
                .and_then(|pointer| pointer.strip_prefix("#/$defs/"))
            else {
                break;
            };
            match self.definitions.and_then(|all| all.get(name)) {
                Some(target) => schema = target,
                None => break,
            }
        }
        schema
    }

    fn visit(&mut self, schema: &'a Json, node: &Node, place: &Place) {
        if self.quiet && !self.found.is_empty() {
            return;
        }
        let object = match schema {
            Json::Bool(false) => {
                let text = format!("{} is not allowed here", words::tick(&place.name));
                return self.push(
                    Diagnostic::error("unknown-field", text)
                        .at(place.span)
                        .help("remove it"),
                );
            }
            Json::Object(object) => object,
            Json::Null | Json::Bool(true) | Json::Number(_) | Json::String(_) | Json::Array(_) => {
                return;
            }
        };
        if keywords::is_secret(schema) {
            return self.secret(schema, node, place);
        }
        self.keywords(schema, object, node, place);
    }

    fn keywords(
        &mut self,
        schema: &'a Json,
        object: &'a Map<String, Json>,
        node: &Node,
        place: &Place,
    ) {
        if object.contains_key("$ref") {
            let target = self.resolve(schema);
            if !std::ptr::eq(target, schema) {
                self.visit(target, node, place);
            }
        }
        if !self.right_type(schema, object, node, place) {
            return;
        }
        self.values(object, node, place);
        for part in words::array(object.get("allOf")) {
            self.visit(part, node, place);
        }
        if let Some(condition) = object.get("if") {
            let branch = if self.fits(condition, node) {
                "then"
            } else {
                "else"
            };
            if let Some(schema) = object.get(branch) {
                self.visit(schema, node, place);
            }
        }
        for (keyword, only_one) in [("oneOf", true), ("anyOf", false)] {
            if let Some(branches) = object.get(keyword).and_then(Json::as_array) {
                self.choose(branches, only_one, node, place);
            }
        }
        match &node.data {
            Data::Null | Data::Bool(_) => {}
            Data::Int(_) | Data::Float(_) => self.number(object, node, place),
            Data::Text(text) => self.text(object, text, node, place),
            Data::List(items) => self.list(object, items, node, place),
            Data::Map(_) => self.map(object, node, place),
        }
    }
}
