//! Lists, mappings and how much may be in them.

use std::collections::HashMap;

use serde_json::{Map, Value as Json};

use super::rule::{Bounds, Rule};
use super::scalar::example;
use super::{Name, Place, Shape, words};
use crate::base::{Count, Data, Diagnostic, Node, Span, Spanned, Suggestion};

impl<'a> Shape<'a> {
    pub(super) fn list(&mut self, rule: &Rule<'a>, items: &[Node], node: &Node, place: &Place<'_>) {
        self.bounds(rule, rule.item_count, items.len(), "item", node, place);
        if rule.unique {
            self.unique(items, place);
        }
        if let Some(schema) = rule.items {
            for item in items {
                let name = Name::Item(&place.name);
                let span = item.span;
                self.visit(schema, item, &Place { name, span });
            }
        }
    }

    fn unique(&mut self, items: &[Node], place: &Place<'_>) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for item in items {
            if let Some(first) = seen.insert(words::canonical(item), item.span) {
                if self.fails() {
                    return;
                }
                self.push(
                    Diagnostic::error(
                        "duplicate-item",
                        format!("{} holds the same item twice", place.tick()),
                    )
                    .label(item.span, "again")
                    .label(first, "first here")
                    .help("remove one of them"),
                );
            }
        }
    }

    pub(super) fn map(
        &mut self,
        rule: &Rule<'a>,
        entries: &[(Spanned<String>, Node)],
        node: &Node,
        place: &Place<'_>,
    ) {
        self.bounds(rule, rule.field_count, entries.len(), "field", node, place);
        for (key, value) in entries {
            if let Some(schema) = rule.names {
                let name = Node::new(Data::Text(key.value.clone()), key.span);
                let place = Place {
                    name: Name::Key(&key.value),
                    span: key.span,
                };
                self.visit(schema, &name, &place);
            }
            let inner = Place {
                name: Name::Field(&key.value),
                span: key.span,
            };
            match rule.properties.and_then(|all| all.get(&key.value)) {
                Some(schema) => self.visit(schema, value, &inner),
                None => match rule.others {
                    Some(Json::Bool(false)) => self.unknown_field(key, rule.properties, place),
                    Some(schema) => self.visit(schema, value, &inner),
                    None => {}
                },
            }
        }
        for name in &rule.required {
            if node.entry(name).is_none() {
                self.missing_field(name, place);
            }
        }
    }

    fn unknown_field(
        &mut self,
        field: &Spanned<String>,
        properties: Option<&Map<String, Json>>,
        place: &Place<'_>,
    ) {
        if self.fails() {
            return;
        }
        let names = properties
            .into_iter()
            .flat_map(Map::keys)
            .map(String::as_str);
        let near = Suggestion::find(field, names);
        self.push(
            Diagnostic::error(
                "unknown-field",
                format!("{} has no field `{field}`", place.tick()),
            )
            .at(field.span)
            .help(near.map_or_else(|| "remove it".to_owned(), |near| near.to_string())),
        );
    }

    fn missing_field(&mut self, name: &str, place: &Place<'_>) {
        if self.fails() {
            return;
        }
        self.push(
            Diagnostic::error(
                "missing-field",
                format!("{} lacks the field `{name}`", place.tick()),
            )
            .at(place.span)
            .help(format!("add `{name}: …`")),
        );
    }

    /// Holds a count to a pair of bounds.
    pub(super) fn bounds(
        &mut self,
        rule: &Rule<'_>,
        bounds: Bounds,
        count: usize,
        noun: &str,
        node: &Node,
        place: &Place<'_>,
    ) {
        let below = bounds.least.filter(|least| count < *least);
        let above = bounds.most.filter(|most| count > *most);
        if below.or(above).is_none() || self.fails() {
            return;
        }
        let name = place.tick();
        if let Some(least) = below {
            let needed = Count::of(least, noun);
            let text = format!("{name} needs at least {needed}, and has {count}");
            let help = match example(rule.object) {
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
        if let Some(most) = above {
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
