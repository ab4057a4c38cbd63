//! A page of somebody else can have its own name lead to this address (DNS rebinding); its requests
//! then carry that name, and are refused by it.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::Response;

use super::super::answer::refuse;
use super::super::app::App;
use super::super::server::Ends;

/// Refuses requests for a name that is not ours, 421 (RFC 9110, section 15.5.20).
pub(in super::super) async fn host(
    State(app): State<Arc<App>>,
    request: Request,
    next: Next,
) -> Response {
    let local = request.extensions().get::<Ends>().map(|ends| ends.local);
    let asked = authority(request.uri(), request.headers());
    let is_ours = asked
        .zip(local)
        .is_some_and(|(asked, local)| is_ours(&asked, local, &app.door.hosts));
    if is_ours {
        return next.run(request).await;
    }
    refuse(
        StatusCode::MISDIRECTED_REQUEST,
        "this page is not known by that name; add it to `watch.hosts`",
    )
}

/// What the request asks for; `None` where it does not tell, or tells two things.
pub(super) fn authority(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    let mut hosts = headers.get_all(header::HOST).iter();
    let host: Authority = hosts.next()?.to_str().ok()?.parse().ok()?;
    let is_clear = hosts.next().is_none()
        && !host.as_str().contains('@')
        && uri.authority().is_none_or(|target| *target == host);
    is_clear.then_some(host)
}

/// Tells whether it is one of our names. Ports of literal addresses are not looked at: a tunnel has
/// its own, and a name is what rebinding needs.
fn is_ours(asked: &Authority, local: SocketAddr, hosts: &[String]) -> bool {
    let by_name = hosts.iter().any(|known| {
        known.eq_ignore_ascii_case(asked.as_str()) || known.eq_ignore_ascii_case(asked.host())
    });
    if by_name {
        return true;
    }
    let local = local.ip().to_canonical();
    let name = asked.host();
    if name.eq_ignore_ascii_case("localhost") {
        return local.is_loopback();
    }
    let literal = name.trim_start_matches('[').trim_end_matches(']');
    literal.parse::<IpAddr>().is_ok_and(|asked| {
        let asked = asked.to_canonical();
        asked == local || (asked.is_loopback() && local.is_loopback())
    })
}
