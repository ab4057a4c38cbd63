use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::{Answer, Call, Refusal, Reply};

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

/// An object that lists show; its id is what a cursor remembers.
pub(crate) trait Listed {
    /// The id.
    fn id(&self) -> &str;
}

/// Answers with the page that the caller asked for and its `Link` lines; only what it shows is printed.
pub(crate) fn page<T: Listed>(
    call: &Call,
    page: Page,
    all: &[&T],
    wire: impl Fn(&T) -> Value,
) -> Answer {
    // The API writes its own default as -1; what is no number counts as missing.
    let limit = call
        .query("limit")
        .and_then(|limit| limit.parse::<usize>().ok())
        .filter(|limit| *limit > 0)
        .map_or(page.default, |limit| limit.min(page.most));
    let after = call.query("after");
    let start = match &after {
        None => 0,
        Some(cursor) => Cursor::read(cursor)
            .ok_or_else(|| Refusal::invalid("after", "The cursor is not valid."))?
            .next(all),
    };
    let end = all.len().min(start.saturating_add(limit));
    let shown = all.get(start..end).unwrap_or_default();
    let mut links = Vec::new();
    let asked = call.uri.query().is_some_and(|query| !query.is_empty());
    if page.always_linked || asked || end < all.len() {
        links.push(link(call, after.as_deref(), limit, "self"));
    }
    if let Some(last) = shown.last().filter(|_| end < all.len()) {
        let cursor = Cursor {
            index: end - 1,
            id: last.id().to_owned(),
        };
        links.push(link(call, Some(&cursor.print()), limit, "next"));
    }
    let shown: Vec<Value> = shown.iter().map(|object| wire(object)).collect();
    Ok(Reply::ok(shown.into()).with_links(links))
}

/// The last object of a page, by id and by place: it may be gone when the next page is asked for, and
/// then the one that took its place comes next.
struct Cursor {
    index: usize,
    id: String,
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let text = String::from_utf8(URL_SAFE_NO_PAD.decode(text).ok()?).ok()?;
        let (index, id) = text.split_once(':')?;
        Some(Self {
            index: index.parse().ok()?,
            id: id.to_owned(),
        })
    }

    fn print(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("{}:{}", self.index, self.id))
    }

    fn next<T: Listed>(&self, all: &[&T]) -> usize {
        all.iter()
            .position(|object| object.id() == self.id)
            .map_or(self.index, |at| at + 1)
    }
}

/// One `Link` line: this request with another cursor.
pub(crate) fn link(call: &Call, after: Option<&str>, limit: usize, rel: &str) -> String {
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
