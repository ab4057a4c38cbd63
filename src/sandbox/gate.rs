//! What each request passes before it reaches its vendor: journal, latency and faults.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{ConnectInfo, MatchedPath, OriginalUri, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::author::Author;
use super::fault_answer as answer;
use super::journal::Arrival;
use super::line::Cut;
use super::replica::collected;
use super::world::World;
use super::{Change, Effect, StatusEffect, Twist, Vendor};

/// The gate of one port.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    pub(super) world: Arc<World>,
    pub(super) vendor: Vendor,
}

/// Lets a request through, or has a fault strike it.
pub(super) async fn pass(
    State(gate): State<Gate>,
    ConnectInfo(cut): ConnectInfo<Cut>,
    mut request: Request,
    next: Next,
) -> Response {
    let method = request.method().clone();
    let path = path_of(&request);
    if let Some(tap) = &gate.world.tap {
        request = match tap.listen(gate.vendor, &path, request).await {
            Ok(request) => request,
            Err(status) => return status.into_response(),
        };
    }
    let effect = gate
        .world
        .faults()
        .strike(gate.vendor, method.as_str(), &path);
    let n = gate.world.journal().open(Arrival {
        time: gate.world.common.now(),
        vendor: gate.vendor,
        method: method.to_string(),
        path: path.clone(),
        fault: effect.as_ref().map(Effect::name),
    });
    let known =
        gate.vendor == Vendor::Gateway || request.extensions().get::<MatchedPath>().is_some();
    let mut visit = Visit {
        gate: gate.clone(),
        n,
        path,
        known,
        wait: gate.world.latency,
    };
    if let Some(wait) = exceeded(&gate, &visit.path, request.headers()) {
        let mut status = StatusEffect::new(429);
        status.retry_after = Some(wait);
        return visit.answer(answer::status(gate.vendor, "", &status)).await;
    }
    let Some(effect) = effect else {
        return visit.carry_out(request, next).await;
    };
    match effect {
        Effect::Status(status) => {
            let response = answer::status(gate.vendor, &visit.path, &status);
            visit.answer(response).await
        }
        Effect::Locked => {
            let response = answer::locked(&visit.path);
            visit.answer(response).await
        }
        Effect::Html => visit.answer(answer::html()).await,
        Effect::EmptyList => visit.answer(answer::empty_list(gate.vendor)).await,
        Effect::Reset => {
            tokio::time::sleep(visit.wait).await;
            gate.world.touched.notify_one();
            hang_up(&cut)
        }
        Effect::Hang => {
            gate.world.touched.notify_one();
            std::future::pending().await
        }
        Effect::Lost => {
            visit.carry_out(request, next).await;
            hang_up(&cut)
        }
        Effect::HangAfter => {
            visit.carry_out(request, next).await;
            std::future::pending().await
        }
        Effect::Truncate => {
            let response = visit.carry_out(request, next).await;
            answer::truncated(response, cut).await
        }
        Effect::DelayMs(milliseconds) => {
            visit.wait += Duration::from_millis(milliseconds);
            visit.carry_out(request, next).await
        }
        Effect::Duplicate => {
            request.extensions_mut().insert(Twist::Duplicate);
            visit.carry_out(request, next).await
        }
        Effect::OldStamp => {
            request.extensions_mut().insert(Twist::OldStamp);
            visit.carry_out(request, next).await
        }
        Effect::Stale => {
            let known = match method {
                Method::GET => gate.world.replica().answer(gate.vendor, &visit.path),
                _ => None,
            };
            match known {
                Some(response) => visit.answer(response).await,
                None => visit.carry_out(request, next).await,
            }
        }
        Effect::SmallPages(size) => {
            if method == Method::GET {
                shrink_pages(gate.vendor, size, &mut request);
            }
            visit.carry_out(request, next).await
        }
    }
}

/// One request on its way.
struct Visit {
    gate: Gate,
    n: u64,
    path: String,
    /// Whether the vendor's router has a route for it.
    known: bool,
    /// What passes before anything else happens.
    wait: Duration,
}

impl Visit {
    /// Has the vendor carry the request out, to its end even where the client goes meanwhile: a
    /// real server does not stop in the middle of a write either.
    async fn carry_out(self, request: Request, next: Next) -> Response {
        let method = request.method().clone();
        let world = &self.gate.world;
        // known before the change, which may end the caller's own session
        let author =
            writes(&method).then(|| Author::of(world, self.gate.vendor, request.headers()));
        let work = tokio::spawn(async move {
            tokio::time::sleep(self.wait).await;
            // a task of its own, so that a panic ends in an answer like any other
            let handled = tokio::spawn(next.run(request)).await;
            let response = handled.unwrap_or_else(|error| {
                tracing::error!(%error, path = %self.path, "a request made the sandbox panic");
                answer::status(self.gate.vendor, &self.path, &StatusEffect::new(500))
            });
            let missing = !self.known || response.status() == StatusCode::METHOD_NOT_ALLOWED;
            self.gate.close(self.n, &response, missing);
            if method == Method::GET && response.status() == StatusCode::OK {
                return self.remembered(response).await;
            }
            match author {
                Some(author) if response.status().is_success() => {
                    self.audited(&method, author, response).await
                }
                Some(_) | None => response,
            }
        });
        work.await
            .unwrap_or_else(|_| StatusCode::INTERNAL_SERVER_ERROR.into_response())
    }

    /// The same answer, kept for a stale read.
    async fn remembered(&self, response: Response) -> Response {
        match collected(response).await {
            Ok((parts, body)) => {
                let copy = (parts.clone(), body.clone());
                let mut replica = self.gate.world.replica();
                replica.remember(self.gate.vendor, &self.path, copy);
                Response::from_parts(parts, body.into())
            }
            Err(broken) => broken,
        }
    }

    /// The same answer, with the change that it tells of noted.
    async fn audited(&self, method: &Method, author: Author, response: Response) -> Response {
        let (parts, body) = match collected(response).await {
            Ok(whole) => whole,
            Err(broken) => return broken,
        };
        let answer = serde_json::from_slice(&body).unwrap_or_default();
        let world = &self.gate.world;
        if let Some(mut change) = Change::of(self.gate.vendor, method, &self.path, author, &answer)
        {
            change.n = self.n;
            change.time = world.common.now();
            world.audit().note(change);
        }
        Response::from_parts(parts, body.into())
    }

    /// Answers in the vendor's place.
    async fn answer(self, response: Response) -> Response {
        tokio::time::sleep(self.wait).await;
        self.gate.close(self.n, &response, false);
        response
    }
}

impl Gate {
    fn close(&self, n: u64, response: &Response, unimplemented: bool) {
        self.world
            .journal()
            .close(n, response.status().as_u16(), unimplemented);
        self.world.touched.notify_one();
    }
}

fn writes(method: &Method) -> bool {
    ![Method::GET, Method::HEAD, Method::OPTIONS].contains(method)
}

/// The seconds to wait where a limit is used up.
fn exceeded(gate: &Gate, path: &str, headers: &HeaderMap) -> Option<u32> {
    // Okta has limits of its own, which it tells in headers
    if gate.vendor == Vendor::Okta || gate.world.limits().allowed().is_empty() {
        return None;
    }
    let name = match gate.vendor {
        Vendor::Portal => header::COOKIE,
        Vendor::Okta | Vendor::Konnect | Vendor::Gateway => header::AUTHORIZATION,
    };
    let token = headers.get(name).and_then(|value| value.to_str().ok());
    let now = gate.world.common.now().as_second();
    let mut limits = gate.world.limits();
    limits.take(path, token.unwrap_or_default(), now)
}

/// Resets the connection; the answer is for the types only, no byte of it leaves.
fn hang_up(cut: &Cut) -> Response {
    cut.cut();
    StatusCode::NO_CONTENT.into_response()
}

/// The path with its query, before any nesting took a prefix away.
fn path_of(request: &Request) -> String {
    let uri = request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri(), |original| &original.0);
    uri.path_and_query()
        .map_or_else(|| uri.path().to_owned(), ToString::to_string)
}

/// Has the request ask for small pages.
fn shrink_pages(vendor: Vendor, size: u32, request: &mut Request) {
    let parameter = match vendor {
        Vendor::Okta => "limit",
        Vendor::Konnect | Vendor::Portal => "page[size]",
        Vendor::Gateway => return,
    };
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in url::form_urlencoded::parse(request.uri().query().unwrap_or("").as_bytes())
    {
        if name != parameter {
            query.append_pair(&name, &value);
        }
    }
    query.append_pair(parameter, &size.to_string());
    let target = format!("{}?{}", request.uri().path(), query.finish());
    if let Ok(uri) = target.parse::<Uri>() {
        request.extensions_mut().insert(OriginalUri(uri.clone()));
        *request.uri_mut() = uri;
    }
}
