//! The `filter` and `sort` parameters of a list, read and applied (konnect.md, section 2).

use std::cmp::Ordering;

use serde_json::Value;

use super::listing::{Columns, Operators};

/// Whether an item stays.
pub(super) type Keep = Box<dyn Fn(&Value) -> bool>;

/// `rest` is what follows `filter[`: `name]`, `name][eq]`, `labels.owner][contains]`.
pub(super) fn filter(rest: &str, wanted: &str, columns: &Columns) -> Result<Keep, String> {
    let inner = rest.strip_suffix(']').ok_or("malformed filter")?;
    let (name, operator) = match inner.split_once("][") {
        Some((name, operator)) => (name, Some(operator)),
        None => (inner, None),
    };
    let (base, key) = match name.split_once('.') {
        Some((base, key)) => (base, Some(key.to_owned())),
        None => (name, None),
    };
    let (_, operators, place) = columns
        .filters
        .iter()
        .find(|(known, operators, _)| {
            *known == base && (*operators == Operators::Keyed) == key.is_some()
        })
        .ok_or_else(|| format!("cannot be filtered by `{name}`"))?;
    let allowed: &[&str] = match operators {
        Operators::Text | Operators::Keyed => &["eq", "contains", "ocontains", "oeq", "neq"],
        Operators::Uuid => &["eq", "oeq", "neq"],
        Operators::Short => &["eq", "contains"],
        Operators::Flag => &["eq"],
        Operators::Time => &["eq", "lt", "lte", "gt", "gte"],
    };
    let short = match operators {
        Operators::Short | Operators::Flag | Operators::Keyed => Some("eq"),
        Operators::Text | Operators::Uuid | Operators::Time => None,
    };
    let operator = operator.or(short).unwrap_or_default();
    if !allowed.contains(&operator) {
        return Err(format!("must be one of: {}", allowed.join(", ")));
    }
    match operators {
        Operators::Flag if wanted != "true" && wanted != "false" => {
            return Err("must be true or false".to_owned());
        }
        Operators::Time if wanted.parse::<jiff::Timestamp>().is_err() => {
            return Err("must be an RFC 3339 time".to_owned());
        }
        Operators::Text
        | Operators::Uuid
        | Operators::Short
        | Operators::Flag
        | Operators::Time
        | Operators::Keyed => {}
    }
    let (place, operator, wanted) = (*place, operator.to_owned(), wanted.to_owned());
    Ok(Box::new(move |item| {
        let mut values = texts_at(item, place);
        if let Some(key) = &key {
            values = at(item, place)
                .and_then(|map| map.get(key))
                .map(texts)
                .unwrap_or_default();
        }
        let any = |test: &dyn Fn(&str) -> bool| values.iter().any(|value| test(value));
        match operator.as_str() {
            "contains" => any(&|value| contains(value, &wanted)),
            "ocontains" => any(&|value| wanted.split(',').any(|part| contains(value, part))),
            "oeq" => any(&|value| wanted.split(',').any(|part| value == part)),
            "neq" => !any(&|value| value == wanted),
            "lt" | "lte" | "gt" | "gte" => any(&|value| compare_times(value, &operator, &wanted)),
            _ => any(&|value| value == wanted),
        }
    }))
}

/// Substrings are met without regard to case.
fn contains(value: &str, part: &str) -> bool {
    value.to_lowercase().contains(&part.to_lowercase())
}

fn compare_times(value: &str, operator: &str, wanted: &str) -> bool {
    let (Ok(value), Ok(wanted)) = (
        value.parse::<jiff::Timestamp>(),
        wanted.parse::<jiff::Timestamp>(),
    ) else {
        return false;
    };
    let order = value.cmp(&wanted);
    match operator {
        "lt" => order == Ordering::Less,
        "lte" => order != Ordering::Greater,
        "gt" => order == Ordering::Greater,
        _ => order != Ordering::Less,
    }
}

/// `name`, `name desc`, a comma list of those.
pub(super) fn sort_by(items: &mut [Value], sort: &str, columns: &Columns) -> Result<(), String> {
    let mut keys = Vec::new();
    for part in sort.split(',') {
        let mut words = part.split_whitespace();
        let name = words.next().unwrap_or_default();
        let descending = match words.next() {
            None | Some("asc") => false,
            Some("desc") => true,
            Some(_) => return Err("must be `asc` or `desc`".to_owned()),
        };
        let (_, place) = columns
            .sorts
            .iter()
            .find(|(known, _)| *known == name)
            .ok_or_else(|| format!("cannot be sorted by `{name}`"))?;
        keys.push((*place, descending));
    }
    items.sort_by(|a, b| {
        keys.iter()
            .map(|(place, descending)| {
                let order = texts_at(a, place).cmp(&texts_at(b, place));
                if *descending { order.reverse() } else { order }
            })
            .find(|order| order.is_ne())
            .unwrap_or(Ordering::Equal)
    });
    Ok(())
}

fn at<'v>(item: &'v Value, place: &str) -> Option<&'v Value> {
    place.split('.').try_fold(item, |value, key| value.get(key))
}

fn texts_at(item: &Value, place: &str) -> Vec<String> {
    at(item, place).map(texts).unwrap_or_default()
}

/// A value as filters see it; a list matches by any of its items.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => vec![value.to_string()],
    }
}
