use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::super::answer::refuse;
use super::super::app::App;
use super::host::authority;

/// Refuses what a page of somebody else makes a browser send, 403. The form's token is asked for besides.
pub(in super::super) async fn origin(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let only_reads = matches!(*request.method(), Method::GET | Method::HEAD);
    if only_reads || is_own(request.uri(), request.headers(), &app) {
        return next.run(request).await;
    }
    refuse(
        StatusCode::FORBIDDEN,
        "the request does not come from this page",
    )
}

/// Newer browsers say outright whether the request comes from our own page (Fetch Metadata); they tell
/// `Origin: null` for a form of a page that gives no referrer, as ours. Others must name our origin.
fn is_own(uri: &Uri, headers: &HeaderMap, app: &App) -> bool {
    let site = headers.get("sec-fetch-site");
    let origin = headers.get(header::ORIGIN);
    if site.is_some_and(|site| site != "same-origin") {
        return false;
    }
    match origin.map(|origin| origin.to_str().unwrap_or_default()) {
        None | Some("null") => site.is_some(),
        Some(origin) => authority(uri, headers).is_some_and(|host| {
            // behind a proxy the browser speaks https, whatever we speak
            let is_https = app.tls || app.door.behind_proxy;
            let scheme = if is_https { "https://" } else { "http://" };
            origin.strip_prefix(scheme) == Some(host.as_str())
        }),
    }
}
