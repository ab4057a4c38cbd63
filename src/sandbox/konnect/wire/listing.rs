//! Pages, filters and sorts of a collection (konnect.md, section 2).

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::filter::{filter, sort_by};
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
    /// `eq contains`, and the short form `filter[x]=y`, where the contract declares that.
    Short,
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
        let chooses = |(key, _): &(String, String)| key == "sort" || key.starts_with("filter");
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
            } else if key == "filter" && !columns.filters.is_empty() {
                let reason = "must name a field, as in `filter[name][eq]`";
                wrong.push(Invalid::new(key, "is_object", reason).of("query"));
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

fn without_hidden(mut item: Value) -> Value {
    if let Some(map) = item.as_object_mut()
        && map.keys().any(|key| key.starts_with('_'))
    {
        map.retain(|key, _| !key.starts_with('_'));
    }
    item
}
