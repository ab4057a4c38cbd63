use serde_json::Value;

use super::{Call, Refusal};

/// How a list is cut, and whether it says so.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Page {
    /// Objects a page when the caller does not say.
    pub(crate) default: usize,
    /// More than this is not given.
    pub(crate) most: usize,
    /// Whether `Link: rel="self"` is there even when nobody asked for pages.
    pub(crate) always_linked: bool,
}

/// Cuts out the page that the caller asked for, with its `Link` lines. The cursor is the id of the last
/// object seen, so that a page stays where it is while objects come and go before it.
pub(crate) fn page(
    call: &Call,
    page: Page,
    all: Vec<(String, Value)>,
) -> Result<(Vec<Value>, Vec<String>), Refusal> {
    let asked = match call.query("limit") {
        None => None,
        Some(text) => Some(
            text.parse::<i64>()
                .map_err(|_| Refusal::invalid("limit", "The limit must be a number."))?,
        ),
    };
    // The API's own default is written -1 there.
    let limit = asked
        .and_then(|limit| usize::try_from(limit).ok())
        .filter(|limit| *limit > 0)
        .map_or(page.default, |limit| limit.min(page.most));
    let after = call.query("after");
    let start = match &after {
        None => 0,
        Some(cursor) => all
            .iter()
            .position(|(id, _)| id == cursor)
            .map(|at| at + 1)
            .ok_or_else(|| Refusal::invalid("after", "The cursor is not valid."))?,
    };
    let rest = all.len().saturating_sub(start);
    let shown: Vec<(String, Value)> = all.into_iter().skip(start).take(limit).collect();
    let mut links = Vec::new();
    if page.always_linked || call.uri.query().is_some_and(|query| !query.is_empty()) || rest > limit
    {
        links.push(link(call, after.as_deref(), limit, "self"));
    }
    if let Some((last, _)) = shown.last().filter(|_| rest > limit) {
        links.push(link(call, Some(last), limit, "next"));
    }
    Ok((shown.into_iter().map(|(_, value)| value).collect(), links))
}

fn link(call: &Call, after: Option<&str>, limit: usize, rel: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(after) = after {
        query.append_pair("after", after);
    }
    query.append_pair("limit", &limit.to_string());
    for (name, value) in call.query_pairs() {
        if name != "after" && name != "limit" {
            query.append_pair(&name, &value);
        }
    }
    format!(
        "<{}{}?{}>; rel=\"{rel}\"",
        call.origin,
        call.path(),
        query.finish()
    )
}
