use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use axum::body::{Bytes, to_bytes};
use axum::extract::rejection::RawPathParamsRejection;
use axum::extract::{OriginalUri, RawPathParams, Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, Uri, Version, header, request};
use axum::response::{IntoResponse, Response};
use jiff::fmt::rfc2822::DateTimePrinter;

use super::super::jose::Memory;
use super::super::state::{ApiToken, OktaState, TOKEN_DAYS, days_after};
use super::auth::authenticate;
use super::budget::{Allowance, TOKEN_SHARE, bucket};
use super::{Answer, Budgets, Call, Caller, FetchedKeys, Refusal, random_text};
use crate::sandbox::out_calls::OutCalls;
use crate::sandbox::shared::Shared;
use crate::sandbox::{Twist, Vendor};

/// A larger body is not read; Okta's own objects are a few kilobytes.
const LARGEST_BODY: usize = 1 << 20;

/// Seconds by which an expiry may be behind.
const SLIDE: i64 = 3_600;

/// What the routes share.
#[derive(Clone)]
pub(crate) struct Context {
    /// The org.
    pub(crate) state: Shared<OktaState>,
    /// Its rate limits.
    pub(crate) budgets: Arc<Budgets>,
    /// What its clients used up.
    pub(crate) memory: Arc<Memory>,
    /// For the keys that clients publish.
    pub(crate) calls: Arc<OutCalls>,
}

impl Context {
    /// Nothing is used up yet.
    pub(crate) fn new(state: Shared<OktaState>) -> Self {
        Self {
            calls: Arc::new(OutCalls::new(Arc::clone(&state.common))),
            state,
            budgets: Arc::default(),
            memory: Arc::default(),
        }
    }
}

/// An operation that only reads.
pub(crate) type Look = fn(&OktaState, &Call) -> Answer;
/// An operation that changes the org.
pub(crate) type Change = fn(&mut OktaState, &Call) -> Answer;

#[derive(Clone, Copy)]
enum Operation {
    Look(Look),
    Change(Change),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Access {
    /// An API token is needed.
    Admin,
    /// Anybody, or a client that the operation itself authenticates.
    Open,
}

/// A path that cannot be decoded is one that does not exist.
type Params = Result<RawPathParams, RawPathParamsRejection>;
type Answering = Pin<Box<dyn Future<Output = Response> + Send>>;

/// Serves a read that needs an API token.
pub(crate) fn admin_look(
    look: Look,
) -> impl Fn(State<Context>, Params, Request) -> Answering + Clone + Send + Sync + 'static {
    serve(Access::Admin, Operation::Look(look))
}

/// Serves a change that needs an API token.
pub(crate) fn admin_change(
    change: Change,
) -> impl Fn(State<Context>, Params, Request) -> Answering + Clone + Send + Sync + 'static {
    serve(Access::Admin, Operation::Change(change))
}

/// Serves a read that anybody may do.
pub(crate) fn open_look(
    look: Look,
) -> impl Fn(State<Context>, Params, Request) -> Answering + Clone + Send + Sync + 'static {
    serve(Access::Open, Operation::Look(look))
}

/// Serves a change that authenticates its caller itself, or needs none.
pub(crate) fn open_change(
    change: Change,
) -> impl Fn(State<Context>, Params, Request) -> Answering + Clone + Send + Sync + 'static {
    serve(Access::Open, Operation::Change(change))
}

/// Answers a path that does not exist.
pub(crate) async fn no_route(State(context): State<Context>, request: Request) -> Response {
    // an empty id leaves the path of the collection, which has not the method (as callers met it)
    let refusal = if uri_of(&request).path().ends_with('/') {
        Refusal::no_method()
    } else {
        Refusal::no_route()
    };
    refuse(&context, &request, refusal)
}

/// Answers a method that the path does not have.
pub(crate) async fn no_method(State(context): State<Context>, request: Request) -> Response {
    refuse(&context, &request, Refusal::no_method())
}

/// Tells browsers that they may ask for tokens from anywhere.
pub(crate) async fn preflight(request: Request) -> Response {
    let headers = request.headers();
    let origin = headers.get(header::ORIGIN).cloned();
    let origin = origin.unwrap_or(HeaderValue::from_static("*"));
    let allow = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, origin),
        (
            header::ACCESS_CONTROL_ALLOW_METHODS,
            HeaderValue::from_static("POST"),
        ),
        (
            header::ACCESS_CONTROL_MAX_AGE,
            HeaderValue::from_static("3600"),
        ),
        (header::VARY, HeaderValue::from_static("Origin")),
    ];
    (StatusCode::NO_CONTENT, allow).into_response()
}

fn refuse(context: &Context, request: &Request, refusal: Refusal) -> Response {
    let allowance = take(context, uri_of(request).path());
    finish(
        context,
        refusal.into_response(),
        allowance,
        &random_text(15),
    )
}

fn serve(
    access: Access,
    operation: Operation,
) -> impl Fn(State<Context>, Params, Request) -> Answering + Clone + Send + Sync + 'static {
    move |State(context), params, request| {
        Box::pin(async move {
            let request_id = random_text(15);
            let uri = uri_of(&request);
            let mut allowance = take(&context, uri.path());
            let answer = if lacks_length(&request) {
                Err(Refusal::no_length())
            } else if allowance.is_some_and(|allowance| allowance.exceeded) {
                Err(if uri.path().ends_with("/v1/token") {
                    Refusal::too_many_tokens()
                } else {
                    Refusal::too_many()
                })
            } else {
                match params {
                    Ok(params) => {
                        let sent = Sent {
                            uri,
                            params,
                            request,
                            request_id: request_id.clone(),
                        };
                        answer(&context, access, operation, sent, &mut allowance).await
                    }
                    Err(_) => Err(Refusal::no_route()),
                }
            };
            finish(&context, answer.into_response(), allowance, &request_id)
        })
    }
}

struct Sent {
    uri: Uri,
    params: RawPathParams,
    request: Request,
    request_id: String,
}

/// The path as it was sent; nested routes see theirs cut.
fn uri_of(request: &Request) -> Uri {
    request
        .extensions()
        .get::<OriginalUri>()
        .map_or_else(|| request.uri().clone(), |original| original.0.clone())
}

async fn answer(
    context: &Context,
    access: Access,
    operation: Operation,
    sent: Sent,
    allowance: &mut Option<Allowance>,
) -> Answer {
    let (parts, body) = sent.request.into_parts();
    let (origin, aliases) = origins(context, &parts);
    let mut call = Call {
        origin,
        now: context.state.now(),
        caller: Caller::default(),
        request_id: sent.request_id,
        memory: Arc::clone(&context.memory),
        twist: parts.extensions.get::<Twist>().copied(),
        fetched_keys: parts.extensions.get::<FetchedKeys>().cloned(),
        aliases,
        method: parts.method,
        headers: parts.headers,
        uri: sent.uri,
        params: sent
            .params
            .iter()
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        body: Bytes::new(),
    };
    if access == Access::Admin {
        call.caller = context.state.read(|state| authenticate(state, &call))?;
        slide(context, &call.caller);
        take_share(context, &call, allowance)?;
    }
    call.body = to_bytes(body, LARGEST_BODY)
        .await
        .map_err(|_| Refusal::malformed())?;
    match operation {
        Operation::Look(look) => context.state.read(|state| look(state, &call)),
        Operation::Change(change) => context.state.write(|state| change(state, &call)),
    }
}

/// Each use gives a token its full life again; written down once an hour, or every read would be a change.
fn slide(context: &Context, caller: &Caller) {
    let expires = days_after(context.state.now(), TOKEN_DAYS);
    let stale = |token: &ApiToken| {
        token.id == caller.token_id && expires.as_second() - token.expires.as_second() > SLIDE
    };
    let late = |state: &OktaState| state.tokens.iter().any(stale);
    if context.state.read(late) {
        context.state.write(|state| {
            if let Some(token) = state.tokens.iter_mut().find(|token| stale(token)) {
                token.expires = expires;
            }
        });
    }
}

/// The origin that the caller used where it is one of the sandbox's own, before those are known (in tests)
/// any; and the others that it may mean: assertions and proofs name the endpoint as their sender sees it.
fn origins(context: &Context, parts: &request::Parts) -> (String, Vec<String>) {
    let host = parts
        .headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or("localhost");
    let plain = format!("http://{host}");
    let common = &context.state.common;
    let called = common.origin(Vendor::Okta, host);
    let mut aliases = vec![plain.clone(), format!("https://{host}")];
    aliases.extend(common.origins.get().map(|origins| origins.okta.clone()));
    (called.unwrap_or(plain), aliases)
}

fn take(context: &Context, path: &str) -> Option<Allowance> {
    let bucket = bucket(path)?;
    let limit = context
        .state
        .read(|state| state.limits.get(bucket).copied());
    Some(context.budgets.take(bucket, limit, context.state.now()))
}

/// Counts the request for its principal too, where one may use but a share of a bucket.
fn take_share(
    context: &Context,
    call: &Call,
    allowance: &mut Option<Allowance>,
) -> Result<(), Refusal> {
    let Some(bucket) = bucket(call.path()) else {
        return Ok(());
    };
    let (limit, percent) = context.state.read(|state| {
        let of = |name: &str| state.limits.get(name).copied();
        (of(bucket), of(TOKEN_SHARE))
    });
    let Some(percent) = percent else {
        return Ok(());
    };
    let principal = call.caller.principal();
    let share = context
        .budgets
        .take_share(bucket, principal, (limit, percent), call.now);
    *allowance = Some(allowance.map_or(share, |whole| whole.tighter(share)));
    if share.exceeded {
        return Err(Refusal::too_many());
    }
    Ok(())
}

/// A write without a body has to say so by its length; what streams one, and HTTP/2, need not.
fn lacks_length(request: &Request) -> bool {
    let headers = request.headers();
    [Method::POST, Method::PUT].contains(request.method())
        && request.version() <= Version::HTTP_11
        && !headers.contains_key(header::CONTENT_LENGTH)
        && !headers.contains_key(header::TRANSFER_ENCODING)
}

/// Adds what every answer carries. `Date` too: clients wait by it, and the sandbox's clock can be moved.
fn finish(
    context: &Context,
    mut response: Response,
    allowance: Option<Allowance>,
    request_id: &str,
) -> Response {
    let mut add = |name: &'static str, value: String| {
        if let Ok(value) = HeaderValue::try_from(value) {
            response
                .headers_mut()
                .insert(HeaderName::from_static(name), value);
        }
    };
    add("x-okta-request-id", request_id.to_owned());
    if let Some(allowance) = allowance {
        add("x-rate-limit-limit", allowance.limit.to_string());
        add("x-rate-limit-remaining", allowance.remaining.to_string());
        add("x-rate-limit-reset", allowance.reset.to_string());
    }
    if let Ok(date) = DateTimePrinter::new().timestamp_to_rfc9110_string(&context.state.now()) {
        add("date", date);
    }
    response
}
