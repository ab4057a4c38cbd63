//! Holds a tree to a JSON Schema and says what is wrong in the user's words.
//!
//! A validator of the shelf tells that "no branch of oneOf matched"; this one walks tree and schema
//! together, chooses the branch that was meant and reports inside it, all mistakes at once. It knows
//! the part of JSON Schema (draft 2020-12) that schemars makes for our types, see [`unsupported`];
//! a test holds it to an independent validator.

mod branch;
mod collection;
mod keywords;
mod place;
mod rule;
mod scalar;
mod secret;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::base::{Data, Diagnostic, Node, Report, Span};

pub use keywords::unsupported;
use place::{Name, Place};
use rule::{Condition, Rule};

/// Reports every mismatch between the tree and the schema.
pub fn check(schema: &Json, node: &Node, report: &mut Report) {
    let mut shape = Shape {
        definitions: schema.get("$defs").and_then(Json::as_object),
        rules: BTreeMap::new(),
        patterns: HashMap::new(),
        masked: Vec::new(),
        found: Vec::new(),
        quiet: false,
        failed: false,
    };
    shape.visit(schema, node, &Place::root(node));
    for diagnostic in shape.found {
        report.push(diagnostic);
    }
}

struct Shape<'a> {
    definitions: Option<&'a Map<String, Json>>,
    /// The schemas that were visited, by where they are in memory.
    rules: BTreeMap<*const Json, Rc<Rule<'a>>>,
    patterns: HashMap<&'a str, Option<Regex>>,
    /// Places inside of which a secret may stand, while they are visited.
    masked: Vec<Span>,
    found: Vec<Diagnostic>,
    /// Only whether something is wrong is asked; the first finding suffices.
    quiet: bool,
    /// Something is wrong, where only that is asked.
    failed: bool,
}

impl<'a> Shape<'a> {
    /// Notes that something is wrong; tells whether more than that is not asked for.
    fn fails(&mut self) -> bool {
        self.failed = true;
        self.quiet
    }

    /// Reports; only after [`fails`](Self::fails) told that somebody wants to know.
    fn push(&mut self, mut diagnostic: Diagnostic) {
        for span in &self.masked {
            diagnostic = diagnostic.mask(*span);
        }
        self.found.push(diagnostic);
    }

    /// Tells whether the node fits, without reporting.
    fn fits(&mut self, schema: &'a Json, node: &Node) -> bool {
        let quiet = std::mem::replace(&mut self.quiet, true);
        let failed = std::mem::replace(&mut self.failed, false);
        self.visit(schema, node, &Place::root(node));
        self.quiet = quiet;
        !std::mem::replace(&mut self.failed, failed)
    }

    fn rule(&mut self, schema: &'a Json, object: &'a Map<String, Json>) -> Rc<Rule<'a>> {
        let rule = self.rules.entry(std::ptr::from_ref(schema));
        Rc::clone(rule.or_insert_with(|| Rc::new(Rule::of(schema, object))))
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

    fn visit(&mut self, schema: &'a Json, node: &Node, place: &Place<'_>) {
        if self.quiet && self.failed {
            return;
        }
        let object = match schema {
            Json::Bool(false) => {
                if self.fails() {
                    return;
                }
                let text = format!("{} is not allowed here", place.tick());
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
        let rule = self.rule(schema, object);
        if rule.secret {
            self.secret(schema, &rule, node, place);
        } else {
            self.keywords(schema, &rule, node, place);
        }
    }

    fn keywords(&mut self, schema: &'a Json, rule: &Rule<'a>, node: &Node, place: &Place<'_>) {
        if rule.refers {
            let target = self.resolve(schema);
            if !std::ptr::eq(target, schema) {
                self.visit(target, node, place);
            }
        }
        if !self.right_type(schema, rule, node, place) {
            return;
        }
        self.values(rule, node, place);
        for part in rule.all {
            self.visit(part, node, place);
        }
        if let Some(Condition { test, met, unmet }) = rule.condition {
            let branch = if self.fits(test, node) { met } else { unmet };
            if let Some(schema) = branch {
                self.visit(schema, node, place);
            }
        }
        for (branches, only_one) in &rule.choices {
            self.choose(branches, *only_one, node, place);
        }
        match &node.data {
            Data::Null | Data::Bool(_) => {}
            Data::Int(_) | Data::Float(_) => self.number(rule, node, place),
            Data::Text(text) => self.text(rule, text, node, place),
            Data::List(items) => self.list(rule, items, node, place),
            Data::Map(entries) => self.map(rule, entries, node, place),
        }
    }
}
