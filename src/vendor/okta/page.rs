use std::collections::HashSet;

use reqwest::Method;
use reqwest::header::{HeaderMap, LINK};
use serde_json::Value as Json;

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

/// How often a list is read: what was deleted in between may leave a promised page empty.
const TRIES: u32 = 2;

/// Reads all pages; nothing where a promised one is empty.
async fn attempt(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Option<Vec<Json>>, VendorError> {
    let mut url = client.url(&Method::GET, path, query)?;
    let wrong = |reason: &str| VendorError::Inconsistent {
        call: Box::new(client.call(&Method::GET, path)),
        reason: reason.to_owned(),
    };
    let mut items = Vec::new();
    let mut ids = HashSet::new();
    let mut visited = HashSet::new();
    loop {
        if !visited.insert(url.clone()) {
            return Err(wrong("the pages lead in a circle"));
        }
        let reply = client.send(&Ask::get(url)).await?;
        let Json::Array(page) = reply.body else {
            return Err(wrong("a list was expected"));
        };
        let next = next_link(&reply.headers);
        // a page may well be empty, but then it says where the list goes on
        if page.is_empty() && next.is_none() && visited.len() > 1 {
            return Ok(None);
        }
        for item in page {
            let id = item.get("id").and_then(Json::as_str).map(str::to_owned);
            if id.is_none_or(|id| ids.insert(id)) {
                items.push(item);
            }
        }
        let Some(next) = next else {
            return Ok(Some(items));
        };
        let next = reply
            .url
            .join(next)
            .map_err(|_| wrong("the link to the next page is no URL"))?;
        // The token goes along, so it must not be led away.
        if next.origin() != client.base().origin() {
            return Err(wrong("the link to the next page leads to another host"));
        }
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
