//! Types, allowed values, lengths, patterns and ranges.

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::{Place, Shape, keywords, words};
use crate::base::{Data, Diagnostic, Node, Suggestion};

impl<'a> Shape<'a> {
    /// Reports a node of the wrong type.
    pub(super) fn right_type(
        &mut self,
        schema: &Json,
        object: &Map<String, Json>,
        node: &Node,
        place: &Place,
    ) -> bool {
        let types = words::types(object.get("type"));
        if types.is_empty() || types.iter().any(|name| words::is_type(node, name)) {
            return true;
        }
        let is_secret = keywords::holds_secret(schema);
        self.masked.extend(is_secret.then_some(node.span));
        self.wrong_type(&types, node, place);
        if let (Some(last), true) = (self.found.last_mut(), object.contains_key("pattern")) {
            // quotes alone would not make it right
            last.help = example(object).into_iter().collect();
        }
        if is_secret {
            self.masked.pop();
        }
        false
    }

    pub(super) fn wrong_type(&mut self, types: &[&str], node: &Node, place: &Place) {
        let wanted: Vec<_> = types
            .iter()
            .filter(|name| **name != "null" || types.len() == 1)
            .map(|name| words::noun(name).to_owned())
            .collect();
        let text = format!(
            "{} must be {}, not {}",
            words::tick(&place.name),
            words::either(wanted),
            if matches!(node.data, Data::Float(_)) {
                "a fraction"
            } else {
                node.noun()
            }
        );
        // nothing has no place of its own to point at
        let span = if node.span.start == node.span.end {
            place.span
        } else {
            node.span
        };
        self.push(
            Diagnostic::error("wrong-type", text)
                .at(span)
                .help_opt(quoting(types, node)),
        );
    }

    /// Holds a node to `const` and `enum`.
    pub(super) fn values(&mut self, object: &Map<String, Json>, node: &Node, place: &Place) {
        let allowed: Vec<&Json> = match (object.get("const"), object.get("enum")) {
            (Some(value), _) => vec![value],
            (None, Some(Json::Array(values))) => values.iter().collect(),
            (None, _) => return,
        };
        if allowed.iter().any(|value| same(value, node)) {
            return;
        }
        let obsolete = object.get(keywords::OBSOLETE);
        match node
            .as_text()
            .and_then(|text| Some((text, obsolete?.get(text)?.as_str()?)))
        {
            Some((text, instead)) => self.push(
                Diagnostic::error(
                    "obsolete-value",
                    format!("`{text}` is an obsolete {}", words::tick(&place.name)),
                )
                .at(node.span)
                .help(instead),
            ),
            None => self.unknown_value(&allowed, node, place),
        }
    }

    pub(super) fn unknown_value(&mut self, allowed: &[&Json], node: &Node, place: &Place) {
        let names: Vec<String> = allowed
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        let name = words::tick(&place.name);
        let ticked: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let text = if let (Some(text), false) = (node.as_text(), names.len() == 1) {
            format!("{name} knows no `{text}`")
        } else {
            format!("{name} must be {}", words::either(ticked))
        };
        let near = node
            .as_text()
            .filter(|_| names.len() > 1)
            .and_then(|text| Suggestion::find(text, names.iter().map(String::as_str)));
        let span = if node.span.start == node.span.end {
            place.span
        } else {
            node.span
        };
        self.push(
            Diagnostic::error("unknown-value", text)
                .at(span)
                .help_opt(near.map(|near| near.to_string())),
        );
    }

    pub(super) fn number(&mut self, object: &Map<String, Json>, node: &Node, place: &Place) {
        let number = match &node.data {
            // no bound of ours is beyond the numbers that a float holds exactly
            #[allow(clippy::cast_precision_loss)]
            Data::Int(number) => *number as f64,
            Data::Float(number) => *number,
            Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => return,
        };
        let name = words::tick(&place.name);
        if let Some(least) = object.get("minimum").filter(|least| below(number, least)) {
            let text = format!("{name} must be at least {least}");
            self.push(Diagnostic::error("too-small", text).at(node.span));
        }
        if let Some(most) = object.get("maximum").filter(|most| above(number, most)) {
            let text = format!("{name} must be at most {most}");
            self.push(Diagnostic::error("too-big", text).at(node.span));
        }
    }

    pub(super) fn text(
        &mut self,
        object: &'a Map<String, Json>,
        text: &str,
        node: &Node,
        place: &Place,
    ) {
        let length = text.chars().count();
        self.bounds(
            object,
            ["minLength", "maxLength"],
            length,
            "character",
            node,
            place,
        );
        let Some(pattern) = object.get("pattern").and_then(Json::as_str) else {
            return;
        };
        let matches = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok())
            .as_ref()
            .is_none_or(|regex| regex.is_match(text));
        if matches || text.is_empty() && object.contains_key("minLength") {
            return;
        }
        self.push(
            Diagnostic::error(
                "bad-pattern",
                format!("{} does not have the right form", words::tick(&place.name)),
            )
            .label(node.span, format!("must match `{pattern}`"))
            .help_opt(example(object)),
        );
    }
}

fn example(object: &Map<String, Json>) -> Option<String> {
    let example = words::array(object.get("examples")).first()?.as_str()?;
    Some(format!("for example `{example}`"))
}

fn below(number: f64, least: &Json) -> bool {
    least.as_f64().is_some_and(|least| number < least)
}

fn above(number: f64, most: &Json) -> bool {
    most.as_f64().is_some_and(|most| number > most)
}

/// Compares as JSON Schema does: numbers by value.
pub(super) fn same(value: &Json, node: &Node) -> bool {
    match (value.as_f64(), node.to_json().as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right).is_eq(),
        _ => *value == node.to_json(),
    }
}

/// The usual slips between text, numbers and booleans.
fn quoting(types: &[&str], node: &Node) -> Option<String> {
    match &node.data {
        Data::Bool(_) | Data::Int(_) | Data::Float(_) if types.contains(&"string") => {
            Some("put it in quotes to make it text".to_owned())
        }
        Data::Text(text) if types.contains(&"boolean") => match text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => Some("write `true`, without quotes".to_owned()),
            "no" | "off" | "n" | "false" => Some("write `false`, without quotes".to_owned()),
            _ => None,
        },
        Data::Text(text) if text.parse::<f64>().is_ok() => {
            Some("write the number without quotes".to_owned())
        }
        Data::Text(_) if types.contains(&"array") => {
            Some("put it in brackets to make it a list: `[…]`".to_owned())
        }
        Data::Null
        | Data::Bool(_)
        | Data::Int(_)
        | Data::Float(_)
        | Data::Text(_)
        | Data::List(_)
        | Data::Map(_) => None,
    }
}
