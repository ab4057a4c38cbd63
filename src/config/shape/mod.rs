//! Holds a tree to a JSON Schema and says what is wrong in the user's words.
//!
//! A validator of the shelf tells that "no branch of oneOf matched"; this one walks tree and schema
//! together, chooses the branch that was meant and reports inside it, all mistakes at once. It knows
//! the part of JSON Schema (draft 2020-12) that schemars makes for our types, see [`unsupported`];
//! a test holds it to an independent validator.

mod branch;
mod keywords;
mod scalar;
mod secret;
mod words;

use std::collections::{HashMap, HashSet};

use regex::Regex;
use serde_json::{Map, Value as Json};

use crate::base::{Count, Data, Diagnostic, Node, Report, Span, Suggestion};

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
    fn root(node: &Node) -> Self {
        Self {
            name: "the document".to_owned(),
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
                return self.push(Diagnostic::error("unknown-field", text).at(place.span));
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

    fn list(&mut self, object: &'a Map<String, Json>, items: &[Node], node: &Node, place: &Place) {
        self.bounds(
            object,
            ["minItems", "maxItems"],
            items.len(),
            "item",
            node,
            place,
        );
        if object.get("uniqueItems") == Some(&Json::Bool(true)) {
            let mut seen: HashMap<String, Span> = HashMap::new();
            for item in items {
                if let Some(first) = seen.insert(words::canonical(item), item.span) {
                    self.push(
                        Diagnostic::error(
                            "duplicate-item",
                            format!("{} holds the same item twice", words::tick(&place.name)),
                        )
                        .label(item.span, "again")
                        .label(first, "first here"),
                    );
                }
            }
        }
        if let Some(schema) = object.get("items") {
            for item in items {
                let name = format!("an item of `{}`", place.name);
                let span = item.span;
                self.visit(schema, item, &Place { name, span });
            }
        }
    }

    fn map(&mut self, object: &'a Map<String, Json>, node: &Node, place: &Place) {
        let entries = node.entries();
        self.bounds(
            object,
            ["minProperties", "maxProperties"],
            entries.len(),
            "field",
            node,
            place,
        );
        let properties = object.get("properties").and_then(Json::as_object);
        for (key, value) in entries {
            if let Some(schema) = object.get("propertyNames") {
                let name = Node::new(Data::Text(key.value.clone()), key.span);
                let words = format!("the name `{key}`");
                self.visit(
                    schema,
                    &name,
                    &Place {
                        name: words,
                        span: key.span,
                    },
                );
            }
            let inner = Place {
                name: key.value.clone(),
                span: key.span,
            };
            match properties.and_then(|all| all.get(&key.value)) {
                Some(schema) => self.visit(schema, value, &inner),
                None => match object.get("additionalProperties") {
                    Some(Json::Bool(false)) => self.unknown_field(&inner, properties, place),
                    Some(schema) => self.visit(schema, value, &inner),
                    None => {}
                },
            }
        }
        let given: HashSet<&str> = entries.iter().map(|(key, _)| key.value.as_str()).collect();
        for name in words::texts(object.get("required")) {
            if !given.contains(name) {
                self.missing_field(name, place);
            }
        }
    }

    fn unknown_field(
        &mut self,
        field: &Place,
        properties: Option<&Map<String, Json>>,
        place: &Place,
    ) {
        let names = properties
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str);
        let near = Suggestion::find(&field.name, names);
        self.push(
            Diagnostic::error(
                "unknown-field",
                format!("{} has no field `{}`", words::tick(&place.name), field.name),
            )
            .at(field.span)
            .help_opt(near.map(|near| near.to_string())),
        );
    }

    fn missing_field(&mut self, name: &str, place: &Place) {
        self.push(
            Diagnostic::error(
                "missing-field",
                format!("{} lacks the field `{name}`", words::tick(&place.name)),
            )
            .at(place.span)
            .help(format!("add `{name}: …`")),
        );
    }

    /// Holds a count to a pair of bounds.
    fn bounds(
        &mut self,
        object: &Map<String, Json>,
        [least, most]: [&str; 2],
        count: usize,
        noun: &str,
        node: &Node,
        place: &Place,
    ) {
        let bound = |name: &str| {
            let bound = object.get(name).and_then(Json::as_u64)?;
            usize::try_from(bound).ok()
        };
        let name = words::tick(&place.name);
        if let Some(least) = bound(least).filter(|least| count < *least) {
            let needed = Count::of(least, noun);
            let text = format!("{name} needs at least {needed}, and has {count}");
            self.push(Diagnostic::error("too-short", text).at(node.span));
        }
        if let Some(most) = bound(most).filter(|most| count > *most) {
            let allowed = Count::of(most, noun);
            let text = format!("{name} may have at most {allowed}, and has {count}");
            self.push(Diagnostic::error("too-long", text).at(node.span));
        }
    }
}
