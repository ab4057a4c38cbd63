//! Pages, filters and sorts of a collection (konnect.md, section 2).

use std::cmp::Ordering;
use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::problem::{Invalid, Problem};

/// Without `page[size]`. The vendor names no number.
const DEFAULT_SIZE: usize = 10;
/// Larger sizes are answered with this many, as `meta.page.size` then says. The vendor names no number.
const LARGEST_SIZE: usize = 100;

/// The query of a list request, decoded.
#[derive(Debug, Default)]
pub(in crate::sandbox) struct Query(Vec<(String, String)>);

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        ))
    }
}

/// How a filter's value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sandbox) enum Operators {
    /// `eq contains ocontains oeq neq`.
    Text,
    /// `eq oeq neq`.
    Uuid,
    /// `filter[x]=true`.
    Flag,
    /// `eq lt lte gt gte` on RFC 3339 times.
    Time,
    /// Those of text, on one key: `filter[labels.owner]=x`.
    Keyed,
}

/// What a collection may be filtered and sorted by.
#[derive(Debug)]
pub(in crate::sandbox) struct Columns {
    /// Filter name, operators, and where the value is in an item (`portal.id`).
    pub(in crate::sandbox) filters: &'static [(&'static str, Operators, &'static str)],
    /// Sort name and where the value is in an item.
    pub(in crate::sandbox) sorts: &'static [(&'static str, &'static str)],
}

impl Query {
    /// The value of one parameter.
    pub(in crate::sandbox) fn value(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// Filters, sorts and cuts a page out of the items, in the vendor's envelope.
    ///
    /// Items may carry `_`-keys to filter by, which are not answered.
    pub(in crate::sandbox) fn page(
        &self,
        items: Vec<Value>,
        columns: &Columns,
    ) -> Result<Value, Problem> {
        let mut wrong = Vec::new();
        let items = self.choose(items, columns, &mut wrong);
        let size = self.number("page[size]", DEFAULT_SIZE, &mut wrong);
        let number = self.number("page[number]", 1, &mut wrong);
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong));
        }
        let size = size.min(LARGEST_SIZE);
        let total = items.len();
        let skipped = (number - 1).saturating_mul(size);
        let on_page = items.into_iter().skip(skipped).take(size);
        Ok(envelope(on_page, number, size, total))
    }

    /// Like `page`, for what is not written as JSON yet: of a large collection only the page is.
    pub(in crate::sandbox) fn page_of<T>(
        &self,
        items: impl IntoIterator<Item = T>,
        view: impl Fn(T) -> Value,
        columns: &Columns,
    ) -> Result<Value, Problem> {
        let chooses = |(key, _): &(String, String)| key == "sort" || key.starts_with("filter[");
        if self.0.iter().any(chooses) {
            return self.page(items.into_iter().map(view).collect(), columns);
        }
        let items: Vec<T> = items.into_iter().collect();
        let (number, size) = self.place()?;
        let total = items.len();
        let on_page = items
            .into_iter()
            .skip((number - 1).saturating_mul(size))
            .take(size);
        Ok(envelope(on_page.map(view), number, size, total))
    }

    /// The number and the size of the page that is asked for.
    fn place(&self) -> Result<(usize, usize), Problem> {
        let mut wrong = Vec::new();
        let size = self.number("page[size]", DEFAULT_SIZE, &mut wrong);
        let number = self.number("page[number]", 1, &mut wrong);
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong));
        }
        Ok((number, size.min(LARGEST_SIZE)))
    }

    /// Filters and sorts a list that has no pages.
    pub(in crate::sandbox::konnect) fn select(
        &self,
        items: Vec<Value>,
        columns: &Columns,
    ) -> Result<Vec<Value>, Problem> {
        let mut wrong = Vec::new();
        let items = self.choose(items, columns, &mut wrong);
        if !wrong.is_empty() {
            return Err(Problem::invalid(wrong));
        }
        Ok(items)
    }

    fn choose(
        &self,
        mut items: Vec<Value>,
        columns: &Columns,
        wrong: &mut Vec<Invalid>,
    ) -> Vec<Value> {
        for (key, value) in &self.0 {
            if let Some(rest) = key.strip_prefix("filter[") {
                match filter(rest, value, columns) {
                    Ok(keep) => items.retain(|item| keep(item)),
                    Err(reason) => wrong.push(Invalid::new(key, "invalid", reason).of("query")),
                }
            }
        }
        if let Some(sort) = self.value("sort").filter(|sort| !sort.is_empty())
            && let Err(reason) = sort_by(&mut items, sort, columns)
        {
            wrong.push(Invalid::new("sort", "invalid", reason).of("query"));
        }
        items
    }

    fn number(&self, name: &str, default: usize, wrong: &mut Vec<Invalid>) -> usize {
        let Some(text) = self.value(name).filter(|text| !text.is_empty()) else {
            return default;
        };
        match text.parse::<usize>() {
            Ok(0) => {
                let reason = "must be at least 1";
                wrong.push(Invalid::new(name, "min", reason).minimum(1).of("query"));
                default
            }
            Ok(number) => number,
            Err(_) => {
                let reason = "must be a positive integer";
                wrong.push(Invalid::new(name, "is_integer", reason).of("query"));
                default
            }
        }
    }
}

fn envelope(data: impl Iterator<Item = Value>, number: usize, size: usize, total: usize) -> Value {
    let data: Vec<Value> = data.map(without_hidden).collect();
    json!({
        "data": data,
        "meta": { "page": { "number": number, "size": size, "total": total } },
    })
}

type Keep = Box<dyn Fn(&Value) -> bool>;

/// `rest` is what follows `filter[`: `name]`, `name][eq]`, `labels.owner][contains]`.
fn filter(rest: &str, wanted: &str, columns: &Columns) -> Result<Keep, String> {
    let inner = rest.strip_suffix(']').ok_or("malformed filter")?;
    let (name, operator) = inner.split_once("][").unwrap_or((inner, "eq"));
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
        Operators::Flag => &["eq"],
        Operators::Time => &["eq", "lt", "lte", "gt", "gte"],
    };
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
fn sort_by(items: &mut [Value], sort: &str, columns: &Columns) -> Result<(), String> {
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

fn without_hidden(mut item: Value) -> Value {
    if let Some(map) = item.as_object_mut() {
        map.retain(|key, _| !key.starts_with('_'));
    }
    item
}
