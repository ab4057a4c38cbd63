use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use zeroize::Zeroizing;

use super::super::Access;
use super::super::answer::refuse;
use super::super::app::App;
use super::super::process_key::ProcessKey;

/// Refuses who does not have the page's secret, 401 with how to give it (RFC 7617, RFC 6750).
pub(in super::super) async fn login(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let Some(access) = &app.door.access else {
        return next.run(request).await;
    };
    if admits(access, request.headers(), &app.key) {
        return next.run(request).await;
    }
    let mut response = refuse(StatusCode::UNAUTHORIZED, "a login is needed");
    let ways: &[&str] = match access {
        // browsers know no `Bearer`; the token is taken as a password, too
        Access::Token(_) => &[
            "Bearer realm=\"dcrsync\"",
            "Basic realm=\"dcrsync\", charset=\"UTF-8\"",
        ],
        Access::Basic { .. } => &["Basic realm=\"dcrsync\", charset=\"UTF-8\""],
    };
    for way in ways {
        let way = HeaderValue::from_static(way);
        response.headers_mut().append(header::WWW_AUTHENTICATE, way);
    }
    response
}

fn admits(access: &Access, headers: &HeaderMap, key: &ProcessKey) -> bool {
    let Some((scheme, given)) = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
    else {
        return false;
    };
    let given = given.trim();
    let is_basic = scheme.eq_ignore_ascii_case("basic");
    match access {
        Access::Token(token) if scheme.eq_ignore_ascii_case("bearer") => {
            key.same(given, token.expose())
        }
        Access::Token(token) if is_basic => password(given).is_some_and(|pair| {
            key.same(pair.split_once(':').map_or("", |it| it.1), token.expose())
        }),
        Access::Token(_) => false,
        Access::Basic {
            user,
            password: secret,
        } => {
            is_basic
                && password(given).is_some_and(|pair| {
                    let (name, given) = pair.split_once(':').unwrap_or_default();
                    // both are compared, so that the time does not tell which one is wrong
                    key.same(name, user) & key.same(given, secret.expose())
                })
        }
    }
}

/// `name:password`, decoded.
fn password(given: &str) -> Option<Zeroizing<String>> {
    let bytes = STANDARD.decode(given).ok()?;
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}
