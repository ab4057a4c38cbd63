use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::response::Response;
use serde_json::Value as Json;

/// One request that must come, once, and its answer.
#[derive(Debug, Clone)]
pub(in crate::vendor) struct Step {
    request: String,
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: String,
}

/// Expects a request such as `GET /x?a=b`.
pub(in crate::vendor) fn on(request: &str) -> Step {
    Step {
        request: request.to_owned(),
        status: 204,
        headers: Vec::new(),
        body: String::new(),
    }
}

impl Step {
    pub(in crate::vendor) fn json(self, status: u16, body: &Json) -> Self {
        self.text(status, "application/json", &body.to_string())
    }

    pub(in crate::vendor) fn text(self, status: u16, kind: &str, body: &str) -> Self {
        let mut step = self.header("content-type", kind);
        step.status = status;
        body.clone_into(&mut step.body);
        step
    }

    pub(in crate::vendor) fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header; `{base}` in it becomes the server's address.
    pub(in crate::vendor) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.to_owned()));
        self
    }

    pub(in crate::vendor) fn times(self, times: usize) -> Vec<Self> {
        vec![self; times]
    }
}

/// A request that came.
#[derive(Debug, Clone)]
pub(in crate::vendor) struct Seen {
    pub(in crate::vendor) request: String,
    pub(in crate::vendor) headers: HeaderMap,
    pub(in crate::vendor) body: String,
}

impl Seen {
    pub(in crate::vendor) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

#[derive(Debug)]
struct Played {
    open: Vec<Step>,
    seen: Vec<Seen>,
    unexpected: Vec<String>,
}

/// A server that plays a script; call [`Fake::finish`], which fails on a missing and on an unexpected request.
#[must_use]
pub(in crate::vendor) struct Fake {
    pub(in crate::vendor) url: String,
    played: Arc<Mutex<Played>>,
}

impl Fake {
    pub(in crate::vendor) async fn start(steps: impl IntoIterator<Item = Step>) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let played = Arc::new(Mutex::new(Played {
            open: steps.into_iter().collect(),
            seen: Vec::new(),
            unexpected: Vec::new(),
        }));
        let (shared, base) = (Arc::clone(&played), url.clone());
        let app = Router::new().fallback(move |request: Request| {
            let (shared, base) = (Arc::clone(&shared), base.clone());
            async move { answer(&shared, &base, request).await }
        });
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { url, played }
    }

    /// Ends the script and hands out what came.
    pub(in crate::vendor) fn finish(self) -> Vec<Seen> {
        let played = self.played.lock().unwrap();
        assert!(
            played.unexpected.is_empty(),
            "not in the script: {:?}",
            played.unexpected
        );
        let open: Vec<_> = played.open.iter().map(|step| &step.request).collect();
        assert!(open.is_empty(), "never came: {open:?}");
        played.seen.clone()
    }
}

async fn answer(played: &Mutex<Played>, base: &str, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap();
    let name = format!("{} {}", parts.method, parts.uri);
    let mut played = played.lock().unwrap();
    played.seen.push(Seen {
        request: name.clone(),
        headers: parts.headers,
        body: String::from_utf8(body.to_vec()).unwrap(),
    });
    let Some(at) = played.open.iter().position(|step| step.request == name) else {
        played.unexpected.push(name);
        return Response::builder().status(418).body(Body::empty()).unwrap();
    };
    let step = played.open.remove(at);
    let mut response = Response::builder().status(step.status);
    for (name, value) in step.headers {
        response = response.header(name, value.replace("{base}", base));
    }
    response
        .body(Body::from(step.body.replace("{base}", base)))
        .unwrap()
}
