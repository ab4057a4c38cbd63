//! Lists, mappings and how much may be in them.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value as Json};

use super::scalar::example;
use super::{Place, Shape, words};
use crate::base::{Count, Data, Diagnostic, Node, Span, Suggestion};

impl<'a> Shape<'a> {
    pub(super) fn list(
        &mut self,
        object: &'a Map<String, Json>,
        items: &[Node],
        node: &Node,
        place: &Place,
    ) {
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
                        .label(first, "first here")
                        .help("remove one of them"),
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

    pub(super) fn map(&mut self, object: &'a Map<String, Json>, node: &Node, place: &Place) {
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
            .help(near.map_or_else(|| "remove it".to_owned(), |near| near.to_string())),
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
    pub(super) fn bounds(
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
            let help = match example(object) {
                Some(example) => example,
                None if noun == "character" => "write a text, or leave the field out".to_owned(),
                None => format!("add {}, or leave the field out", Count::of(1, noun)),
            };
            self.push(
                Diagnostic::error("too-short", text)
                    .at(node.span)
                    .help(help),
            );
        }
        if let Some(most) = bound(most).filter(|most| count > *most) {
            let allowed = Count::of(most, noun);
            let text = format!("{name} may have at most {allowed}, and has {count}");
            let over = Count::of(count - most, noun);
            self.push(
                Diagnostic::error("too-long", text)
                    .at(node.span)
                    .help(format!("it is {over} too long")),
            );
        }
    }
}
