use std::collections::HashSet;

use reqwest::Method;
use reqwest::header::{HeaderMap, LINK};
use serde_json::Value as Json;
use url::Url;

use crate::vendor::VendorError;
use crate::vendor::http::{Ask, Client};

/// Lists a whole collection: follows `Link: …; rel="next"` as it is, within the same origin.
///
/// Objects that show up on two pages, because somebody wrote in between, are kept once. A last page with
/// nothing on it was promised by the one before: the list is read once more, and given up if it stays so.
pub(super) async fn list(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Vec<Json>, VendorError> {
    for _ in 0..TRIES {
        if let Some(items) = attempt(client, path, query).await? {
            return Ok(items);
        }
    }
    Err(VendorError::Inconsistent {
        call: Box::new(client.call(&Method::GET, path)),
        reason: "a page was promised, and there is nothing on it".to_owned(),
    })
}

/// One page of a list, for those who do not want all of it.
#[derive(Debug, Clone)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Json>,
    /// Where the list goes on.
    pub next: Option<NextPage>,
}

/// The way to the next page, as Okta gave it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NextPage(Url);

/// Reads the first page of a list.
pub(super) async fn first(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Page, VendorError> {
    read(client, client.url(&Method::GET, path, query)?).await
}

/// Reads the page that another one led to.
pub(super) async fn after(client: &Client, next: &NextPage) -> Result<Page, VendorError> {
    read(client, next.0.clone()).await
}

async fn read(client: &Client, url: Url) -> Result<Page, VendorError> {
    let path = url.path().to_owned();
    let wrong = |reason: &str| VendorError::Inconsistent {
        call: Box::new(client.call(&Method::GET, &path)),
        reason: reason.to_owned(),
    };
    // The token goes along, so it must not be led away.
    if url.origin() != client.base().origin() {
        return Err(wrong("the link to the next page leads to another host"));
    }
    let reply = client.send(&Ask::get(url)).await?;
    let Json::Array(items) = reply.body else {
        return Err(wrong("a list was expected"));
    };
    let next = match next_link(&reply.headers) {
        None => None,
        Some(next) => {
            let next = reply.url.join(next);
            Some(NextPage(
                next.map_err(|_| wrong("the link to the next page is no URL"))?,
            ))
        }
    };
    Ok(Page { items, next })
}

/// How often a list is read: what was deleted in between may leave a promised page empty.
const TRIES: u32 = 2;

/// Reads all pages; nothing where a promised one is empty.
async fn attempt(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Option<Vec<Json>>, VendorError> {
    let mut url = client.url(&Method::GET, path, query)?;
    let mut items = Vec::new();
    let mut ids = HashSet::new();
    let mut visited = HashSet::new();
    loop {
        if !visited.insert(url.clone()) {
            return Err(VendorError::Inconsistent {
                call: Box::new(client.call(&Method::GET, path)),
                reason: "the pages lead in a circle".to_owned(),
            });
        }
        let page = read(client, url).await?;
        // a page may well be empty, but then it says where the list goes on
        if page.items.is_empty() && page.next.is_none() && visited.len() > 1 {
            return Ok(None);
        }
        for item in page.items {
            let id = item.get("id").and_then(Json::as_str).map(str::to_owned);
            if id.is_none_or(|id| ids.insert(id)) {
                items.push(item);
            }
        }
        let Some(NextPage(next)) = page.next else {
            return Ok(Some(items));
        };
        url = next;
    }
}

/// Finds the target of `rel="next"` (RFC 8288); several links may share a header line.
pub(super) fn next_link(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(LINK)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .find_map(next_in)
}

fn next_in(mut line: &str) -> Option<&str> {
    loop {
        let (_, rest) = line.split_once('<')?;
        let (target, rest) = rest.split_once('>')?;
        // Parameters end where the next link's target begins.
        let end = rest.find('<').unwrap_or(rest.len());
        let parameters = rest.get(..end)?;
        let is_next = parameters.split([';', ',']).any(|parameter| {
            parameter
                .trim()
                .strip_prefix("rel=")
                .is_some_and(|rel| rel.trim_matches('"').split(' ').any(|rel| rel == "next"))
        });
        if is_next {
            return Some(target);
        }
        line = rest.get(end..)?;
    }
}
