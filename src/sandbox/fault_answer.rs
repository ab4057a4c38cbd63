//! Answers that the gate gives in a vendor's place, in that vendor's form.

use std::time::Duration;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use serde_json::{Value, json};

use super::line::Cut;
use super::replica::collected;
use super::{StatusEffect, Vendor};

/// The limit that the rate headers tell; what a default org grants for most calls in a minute.
const OKTA_LIMIT: u32 = 600;

/// Any status, in the vendor's form.
pub(super) fn status(vendor: Vendor, path: &str, effect: &StatusEffect) -> Response {
    let code = StatusCode::from_u16(effect.code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let wait = effect.retry_after.or((effect.code == 429).then_some(1));
    let body = effect.body.clone().unwrap_or_else(|| match vendor {
        Vendor::Okta => okta_body(code, path),
        Vendor::Konnect | Vendor::Portal => problem_body(code),
        Vendor::Gateway => json!({ "message": gateway_message(code) }),
    });
    let mut response = (code, Json(body)).into_response();
    let headers = response.headers_mut();
    if matches!(vendor, Vendor::Konnect | Vendor::Portal) {
        let problem = HeaderValue::from_static("application/problem+json");
        headers.insert(header::CONTENT_TYPE, problem);
    }
    match (vendor, wait) {
        (Vendor::Okta, wait) => okta_headers(headers, code, wait),
        (Vendor::Konnect | Vendor::Portal | Vendor::Gateway, Some(seconds)) => {
            headers.insert(header::RETRY_AFTER, seconds.into());
        }
        (Vendor::Konnect | Vendor::Portal | Vendor::Gateway, None) => {}
    }
    for (name, value) in &effect.headers {
        if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), value.parse()) {
            headers.insert(name, value);
        }
    }
    response
}

/// 423 as Okta answers while it reorders policies.
pub(super) fn locked(path: &str) -> Response {
    status(Vendor::Okta, path, &StatusEffect::new(423))
}

/// 200 with a page that no API client asked for.
pub(super) fn html() -> Response {
    Html("<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>\n")
        .into_response()
}

/// 200 with a list of nothing.
pub(super) fn empty_list(vendor: Vendor) -> Response {
    match vendor {
        Vendor::Okta => Json(json!([])).into_response(),
        Vendor::Konnect | Vendor::Portal | Vendor::Gateway => Json(json!({
            "data": [],
            "meta": { "page": { "number": 1, "size": 10, "total": 0 } }
        }))
        .into_response(),
    }
}

/// The same answer, of which half of the body arrives before the connection is reset.
pub(super) async fn truncated(response: Response, cut: Cut) -> Response {
    let (mut parts, body) = match collected(response).await {
        Ok(whole) => whole,
        Err(broken) => return broken,
    };
    parts
        .headers
        .insert(header::CONTENT_LENGTH, body.len().into());
    let half = body.slice(..body.len() / 2);
    let stream = futures_util::stream::unfold(Some(half), move |half| {
        let cut = cut.clone();
        async move {
            if let Some(half) = half {
                return Some((Ok::<Bytes, std::io::Error>(half), None));
            }
            // the first half must be on the wire before the line is cut, else no byte arrives
            tokio::time::sleep(Duration::from_millis(50)).await;
            cut.cut();
            Some((Err(std::io::ErrorKind::ConnectionReset.into()), None))
        }
    });
    Response::from_parts(parts, Body::from_stream(stream))
}

/// Okta's five fields, or OAuth's two at a token endpoint (RFC 6749, section 5.2).
fn okta_body(code: StatusCode, path: &str) -> Value {
    let (error_code, summary) = okta_error(code);
    if path.contains("/oauth2/") && path.contains("/v1/token") {
        let error = match code.as_u16() {
            // what Okta answers when the endpoint's rate limit is used up, odd as it is
            429 => "invalid_grant",
            401 => "invalid_client",
            400..=499 => "invalid_request",
            _ => "server_error",
        };
        return json!({ "error": error, "error_description": summary });
    }
    json!({
        "errorCode": error_code,
        "errorSummary": summary,
        "errorLink": error_code,
        "errorId": format!("oae{}", random_text(22)),
        "errorCauses": [],
    })
}

/// <https://developer.okta.com/docs/reference/error-codes/>
fn okta_error(code: StatusCode) -> (&'static str, &'static str) {
    match code.as_u16() {
        400 => ("E0000001", "Api validation failed"),
        401 => ("E0000011", "Invalid token provided"),
        403 => (
            "E0000006",
            "You do not have permission to perform the requested action",
        ),
        404 => ("E0000007", "Not found: Resource not found"),
        405 => (
            "E0000022",
            "The endpoint does not support the provided HTTP method",
        ),
        409 => ("E0000195", "Api validation failed due to conflict"),
        423 => (
            "E0000239",
            "Policy priorities are being reconciled. Please try again later.",
        ),
        429 => (
            "E0000047",
            "API call exceeded rate limit due to too many requests.",
        ),
        501 => ("E0000060", "Unsupported operation."),
        503 => ("E0000010", "Service is in read only mode"),
        _ => ("E0000009", "Internal Server Error"),
    }
}

/// Limits in the headers of each Okta answer; the wait of a 429 is told by the reset time alone.
fn okta_headers(headers: &mut http::HeaderMap, code: StatusCode, wait: Option<u32>) {
    let remaining = if code == StatusCode::TOO_MANY_REQUESTS {
        0
    } else {
        OKTA_LIMIT - 1
    };
    // real time, not the sandbox's clock: clients measure it against the `Date` header
    let reset = jiff::Timestamp::now().as_second() + i64::from(wait.unwrap_or(60));
    headers.insert("x-rate-limit-limit", OKTA_LIMIT.into());
    headers.insert("x-rate-limit-remaining", remaining.into());
    headers.insert("x-rate-limit-reset", reset.into());
    if let Ok(id) = HeaderValue::from_str(&random_text(24)) {
        headers.insert("x-okta-request-id", id);
    }
}

fn problem_body(code: StatusCode) -> Value {
    let title = code.canonical_reason().unwrap_or("Error");
    json!({
        "status": code.as_u16(),
        "title": title,
        "type": format!("https://httpstatuses.com/{}", code.as_u16()),
        "instance": format!("kong:trace:{}", random_text(19)),
        "detail": title,
    })
}

fn gateway_message(code: StatusCode) -> &'static str {
    match code.as_u16() {
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "no Route matched with those values",
        429 => "API rate limit exceeded",
        502 => "An invalid response was received from the upstream server",
        503 => "no healthy upstream",
        504 => "The upstream server is timing out",
        _ => "An unexpected error occurred",
    }
}

/// An id that nobody looks up.
fn random_text(length: usize) -> String {
    std::iter::repeat_with(fastrand::alphanumeric)
        .take(length)
        .collect()
}
