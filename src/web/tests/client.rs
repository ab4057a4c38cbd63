//! A page with a made-up status, and what one can ask it.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use serde_json::json;
use tokio::sync::{mpsc, watch};
use tower::ServiceExt as _;

use super::made_up::{self, SHOP};
use crate::base::Secret;
use crate::status::Status;
use crate::web::app::App;
use crate::web::server::Ends;
use crate::web::{Access, Ask, Door, Page, router};

/// The secret of pages that have one.
pub(super) const TOKEN: &str = "Can@ry-page-t0ken-9xQ";

/// The address that the page believes to be reached at.
const LOCAL: &str = "127.0.0.1:8711";

pub(super) struct Client {
    router: Router,
    pub(super) asks: mpsc::Receiver<Ask>,
    pub(super) status: watch::Sender<Arc<Status>>,
    pub(super) closing: watch::Sender<bool>,
    local: SocketAddr,
}

/// An answer, read to its end.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

pub(super) fn open_door() -> Door {
    Door {
        access: None,
        hosts: vec!["status.example".to_owned(), "ops.example:8443".to_owned()],
        behind_proxy: false,
    }
}

pub(super) fn token_door() -> Door {
    Door {
        access: Some(Access::Token(Secret::new(TOKEN))),
        ..open_door()
    }
}

pub(super) fn basic_door() -> Door {
    Door {
        access: Some(Access::Basic {
            user: "ops".to_owned(),
            password: Secret::new(TOKEN),
        }),
        ..open_door()
    }
}

/// A status of which the page must be made with care: names with everything that HTML, paths and labels escape.
pub(super) fn hostile() -> Status {
    let mut status = made_up::drifted();
    let shop = &mut status.documents[0];
    shop.name = "a/b \"<script>alert(1)</script>&?#\n\u{202e}".to_owned();
    shop.trouble = Some("<img src=x onerror=alert(1)>".to_owned());
    shop.differences[0].fields[0].live = json!("</code><script>alert(2)</script>");
    status
}

impl Client {
    pub(super) fn new() -> Self {
        Self::with(made_up::drifted(), open_door())
    }

    pub(super) fn with(status: Status, door: Door) -> Self {
        let (status, shown) = watch::channel(Arc::new(status));
        let (ask, asks) = mpsc::channel(2);
        let (closing, closed) = watch::channel(false);
        let page = Page {
            status: shown,
            ask,
            door,
        };
        Self {
            router: router::router(App::new(page, false, closed)),
            asks,
            status,
            closing,
            local: LOCAL.parse().unwrap(),
        }
    }

    /// The same, reached at another address of ours.
    pub(super) fn at(mut self, local: &str) -> Self {
        self.local = local.parse().unwrap();
        self
    }

    /// Sends what is made of a request to `path`.
    pub(super) async fn raw(&self, request: Request<Body>) -> axum::response::Response {
        let mut request = request;
        let ends = Ends { local: self.local };
        request.extensions_mut().insert(ends);
        self.router.clone().oneshot(request).await.unwrap()
    }

    pub(super) async fn send(&self, request: Request<Body>) -> Answer {
        let (parts, body) = self.raw(request).await.into_parts();
        let bytes = to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub(super) async fn get(&self, path: &str) -> Answer {
        self.get_with(path, &[]).await
    }

    pub(super) async fn get_with(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(request("GET", path, headers, "")).await
    }

    pub(super) async fn post(&self, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        self.send(request("POST", path, headers, body)).await
    }

    /// The token of the shop's button.
    pub(super) async fn form_token(&self) -> String {
        let page = self.get(&format!("/documents/{SHOP}")).await.text;
        let (_, rest) = page.split_once("name=\"token\" value=\"").expect("a form");
        rest.split_once('"').expect("an end").0.to_owned()
    }
}

/// A request as a client of this machine sends it; `headers` are added, or replace the usual ones.
pub(super) fn request(
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &str,
) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    let has = |name: &str| headers.iter().any(|(it, _)| it.eq_ignore_ascii_case(name));
    if !has("host") {
        request = request.header(header::HOST, LOCAL);
    }
    if method == "POST" && !has("content-type") {
        request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    }
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.body(Body::from(body.to_owned())).unwrap()
}
