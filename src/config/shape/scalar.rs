//! Types, allowed values, lengths, patterns and ranges.

use regex::Regex;
use serde_json::{Map, Value as Json};

use super::rule::Rule;
use super::{Name, Place, Shape, keywords, words};
use crate::base::{Data, Diagnostic, Node, Suggestion};

impl<'a> Shape<'a> {
    /// Reports a node of the wrong type.
    pub(super) fn right_type(
        &mut self,
        schema: &Json,
        rule: &Rule<'_>,
        node: &Node,
        place: &Place<'_>,
    ) -> bool {
        let types = &rule.types;
        if types.is_empty() || types.iter().any(|name| words::is_type(node, name)) {
            return true;
        }
        if self.fails() {
            return false;
        }
        let is_secret = keywords::holds_secret(schema);
        self.masked.extend(is_secret.then_some(node.span));
        self.wrong_type(types, node, place);
        if let (Some(last), Some(_)) = (self.found.last_mut(), rule.pattern) {
            // quotes alone would not make it right
            last.help = example(rule.object).map_or_else(|| last.help.clone(), |it| vec![it]);
        }
        if is_secret {
            self.masked.pop();
        }
        false
    }

    pub(super) fn wrong_type(&mut self, types: &[&str], node: &Node, place: &Place<'_>) {
        let wanted: Vec<_> = types
            .iter()
            .filter(|name| **name != "null" || types.len() == 1)
            .map(|name| words::noun(name).to_owned())
            .collect();
        let text = format!(
            "{} must be {}, not {}",
            place.tick(),
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
                .help(quoting(types, node).unwrap_or_else(|| instead(types, place))),
        );
    }

    /// Holds a node to `const` and `enum`.
    pub(super) fn values(&mut self, rule: &Rule<'_>, node: &Node, place: &Place<'_>) {
        let Some(allowed) = &rule.values else { return };
        if allowed.iter().any(|value| same(value, node)) || self.fails() {
            return;
        }
        let obsolete = rule.object.get(keywords::OBSOLETE);
        match node
            .as_text()
            .and_then(|text| Some((text, obsolete?.get(text)?.as_str()?)))
        {
            Some((text, instead)) => self.push(
                Diagnostic::error(
                    "obsolete-value",
                    format!("`{text}` is an obsolete {}", place.tick()),
                )
                .at(node.span)
                .help(instead),
            ),
            None => self.unknown_value(allowed, node, place),
        }
    }

    pub(super) fn unknown_value(&mut self, allowed: &[&Json], node: &Node, place: &Place<'_>) {
        let names: Vec<String> = allowed
            .iter()
            .filter(|value| !value.is_null())
            .map(|value| {
                value
                    .as_str()
                    .map_or_else(|| value.to_string(), str::to_owned)
            })
            .collect();
        let name = place.tick();
        let ticked: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        let text = if let (Some(text), false) = (node.as_text(), names.len() == 1) {
            format!("{name} knows no `{text}`")
        } else {
            format!("{name} must be {}", words::either(ticked))
        };
        let near = match (names.as_slice(), node.as_text()) {
            ([only], _) => Some(format!("write `{only}`")),
            (_, Some(text)) => {
                let near = Suggestion::find(text, names.iter().map(String::as_str));
                near.map(|near| near.to_string())
            }
            (_, None) => None,
        };
        let span = if node.span.start == node.span.end {
            place.span
        } else {
            node.span
        };
        self.push(
            Diagnostic::error("unknown-value", text)
                .at(span)
                .help_opt(near),
        );
    }

    pub(super) fn number(&mut self, rule: &Rule<'_>, node: &Node, place: &Place<'_>) {
        let number = match &node.data {
            // no bound of ours is beyond the numbers that a float holds exactly
            #[allow(clippy::cast_precision_loss)]
            Data::Int(number) => *number as f64,
            Data::Float(number) => *number,
            Data::Null | Data::Bool(_) | Data::Text(_) | Data::List(_) | Data::Map(_) => return,
        };
        let least = rule.least.filter(|least| below(number, least));
        let most = rule.most.filter(|most| above(number, most));
        if least.or(most).is_none() || self.fails() {
            return;
        }
        let name = place.tick();
        if let Some(least) = least {
            let text = format!("{name} must be at least {least}");
            self.push(
                Diagnostic::error("too-small", text)
                    .at(node.span)
                    .help(range(rule)),
            );
        }
        if let Some(most) = most {
            let text = format!("{name} must be at most {most}");
            self.push(
                Diagnostic::error("too-big", text)
                    .at(node.span)
                    .help(range(rule)),
            );
        }
    }

    pub(super) fn text(&mut self, rule: &Rule<'a>, text: &str, node: &Node, place: &Place<'_>) {
        if !rule.length.is_open() {
            let length = text.chars().count();
            self.bounds(rule, rule.length, length, "character", node, place);
        }
        let Some(pattern) = rule.pattern else {
            return;
        };
        let matches = self
            .patterns
            .entry(pattern)
            .or_insert_with(|| Regex::new(pattern).ok())
            .as_ref()
            .is_none_or(|regex| regex.is_match(text));
        let is_told = text.is_empty() && rule.object.contains_key("minLength");
        if matches || is_told || self.fails() {
            return;
        }
        let format = rule.object.get("format");
        let form = if format.is_some_and(|format| format == "uri") {
            "must be `https://` and a host, without user, password and blanks".to_owned()
        } else {
            format!("must match `{pattern}`")
        };
        self.push(
            Diagnostic::error(
                "bad-pattern",
                format!("{} does not have the right form", place.tick()),
            )
            .label(node.span, form)
            .help(
                example(rule.object)
                    .unwrap_or_else(|| "write it in the form that is shown".to_owned()),
            ),
        );
    }
}

/// An example of the schema, or its default, as it would be written.
pub(super) fn example(object: &Map<String, Json>) -> Option<String> {
    let example = words::array(object.get("examples"))
        .first()
        .or_else(|| object.get("default"))?;
    let written = match example {
        Json::String(text) => text.clone(),
        Json::Array(items) => {
            let items: Option<Vec<&str>> = items.iter().map(Json::as_str).collect();
            format!("[{}]", items?.join(", "))
        }
        Json::Bool(_) | Json::Number(_) => example.to_string(),
        Json::Null | Json::Object(_) => return None,
    };
    Some(format!("for example `{written}`"))
}

fn range(rule: &Rule<'_>) -> String {
    match (rule.least, rule.most) {
        (Some(least), Some(most)) => format!("write a number from {least} to {most}"),
        (Some(least), None) => format!("write {least} or more"),
        (None, Some(most)) => format!("write {most} or less"),
        (None, None) => "write another number".to_owned(),
    }
}

fn below(number: f64, least: &Json) -> bool {
    least.as_f64().is_some_and(|least| number < least)
}

fn above(number: f64, most: &Json) -> bool {
    most.as_f64().is_some_and(|most| number > most)
}

/// Compares as JSON Schema does: numbers by value.
pub(super) fn same(value: &Json, node: &Node) -> bool {
    if let (Json::String(wanted), Data::Text(text)) = (value, &node.data) {
        return wanted == text;
    }
    match (value.as_f64(), node.to_json().as_f64()) {
        (Some(left), Some(right)) => left.total_cmp(&right).is_eq(),
        _ => *value == node.to_json(),
    }
}

/// What to write where a value has quite another type.
fn instead(types: &[&str], place: &Place<'_>) -> String {
    if place.name == Name::Document {
        return "start with `version: 1` and `name: …`, or run `dcrsync init`".to_owned();
    }
    match types.iter().find(|name| **name != "null") {
        Some(&"object") => "write its fields, each as `name: value`".to_owned(),
        Some(&"array") => "write a list: `[…]`".to_owned(),
        Some(&"boolean") => "write `true` or `false`".to_owned(),
        Some(&"integer" | &"number") => "write a number".to_owned(),
        _ => "write a text".to_owned(),
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
