use std::collections::HashSet;

use futures_util::future::join_all;
use reqwest::Method;
use serde_json::Value as Json;

use crate::vendor::VendorError;
use crate::vendor::http::{Ask, Client};

/// The page size that is asked for; the vendor may give smaller pages and says so.
pub const SIZE: usize = 100;
/// More pages than these are not believed.
const MOST_PAGES: u64 = 10_000;

/// Lists a whole collection: the first page tells the total, the others are asked for at once.
///
/// There is no snapshot: if somebody writes in between, the total and what came disagree. Then the
/// list is read once more, and given up if it still does not fit.
pub(in crate::vendor) async fn list(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Vec<Json>, VendorError> {
    match attempt(client, path, query).await {
        Err(VendorError::Inconsistent { .. }) => attempt(client, path, query).await,
        done => done,
    }
}

async fn attempt(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
) -> Result<Vec<Json>, VendorError> {
    let wrong = |reason: String| VendorError::Inconsistent {
        call: Box::new(client.call(&Method::GET, path)),
        reason,
    };
    let first = page(client, path, query, 1).await?;
    let Some(meta) = first.meta else {
        return Err(wrong("the first page does not tell the total".to_owned()));
    };
    let pages = match meta.size {
        _ if meta.total <= first.items.len() as u64 => 1,
        0 => return Err(wrong("the pages have no size".to_owned())),
        size => meta.total.div_ceil(size),
    };
    if pages > MOST_PAGES {
        return Err(wrong(format!("{} objects are too many", meta.total)));
    }
    let others = join_all((2..=pages).map(|number| page(client, path, query, number))).await;
    // of several errors the first page's is told, so that the same trouble always reads the same
    let others: Vec<Page> = others.into_iter().collect::<Result<_, _>>()?;
    let mut ids = HashSet::new();
    let mut items = Vec::new();
    for item in std::iter::once(first)
        .chain(others)
        .flat_map(|page| page.items)
    {
        let id = item.get("id").and_then(Json::as_str).map(str::to_owned);
        if id.is_none_or(|id| ids.insert(id)) {
            items.push(item);
        }
    }
    if items.len() as u64 == meta.total {
        Ok(items)
    } else {
        Err(wrong(format!(
            "the total is {} but {} came",
            meta.total,
            items.len()
        )))
    }
}

struct Page {
    items: Vec<Json>,
    meta: Option<Meta>,
}

#[derive(Clone, Copy)]
struct Meta {
    total: u64,
    size: u64,
}

async fn page(
    client: &Client,
    path: &str,
    query: &[(&str, &str)],
    number: u64,
) -> Result<Page, VendorError> {
    let (size, number) = (SIZE.to_string(), number.to_string());
    let mut query = query.to_vec();
    query.push(("page[size]", &size));
    query.push(("page[number]", &number));
    let url = client.url(&Method::GET, path, &query)?;
    let mut body = client.send(&Ask::get(url)).await?.body;
    let Some(Json::Array(items)) = body.get_mut("data").map(Json::take) else {
        return Err(VendorError::Inconsistent {
            call: Box::new(client.call(&Method::GET, path)),
            reason: format!("page {number} has no `data` list"),
        });
    };
    // Declared as plain numbers, so 1 and 1.0 are the same.
    let figure = |name: &str| whole(body.pointer(&format!("/meta/page/{name}"))?);
    Ok(Page {
        meta: figure("total")
            .zip(figure("size"))
            .map(|(total, size)| Meta { total, size }),
        items,
    })
}

fn whole(number: &Json) -> Option<u64> {
    number.as_u64().or_else(|| {
        let text = number.as_f64()?.to_string();
        text.parse().ok()
    })
}
