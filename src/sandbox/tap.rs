use std::fmt;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use axum::http::{HeaderName, StatusCode, header};

use super::Vendor;

/// One request as it arrived, its body included.
///
/// Bodies hold secrets, so they are given to whoever asked for them and kept nowhere: the journal
/// has none.
#[derive(Clone, Copy)]
pub struct Heard<'a> {
    /// The server that it was sent to.
    pub vendor: Vendor,
    /// Its method.
    pub method: &'a str,
    /// Its path, with the query.
    pub path: &'a str,
    /// Who says to have sent it.
    pub user_agent: Option<&'a str>,
    /// What the body says to be.
    pub content_type: Option<&'a str>,
    /// The body; empty where there was none.
    pub body: &'a [u8],
}

/// No body and no query, which may hold secrets.
impl fmt::Debug for Heard<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let path = self.path.split('?').next().unwrap_or_default();
        write!(f, "Heard({} {} {path})", self.vendor, self.method)
    }
}

/// Is given each request to any port, for tests that judge what a client sends; must not block.
#[derive(Clone)]
pub struct Tap(Arc<dyn Fn(Heard<'_>) + Send + Sync>);

impl Tap {
    /// A tap that calls this for each request, before any fault strikes it.
    pub fn new(listener: impl Fn(Heard<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// Reads the whole request, tells it and gives it back.
    pub(super) async fn listen(
        &self,
        vendor: Vendor,
        path: &str,
        request: Request,
    ) -> Result<Request, StatusCode> {
        let (parts, body) = request.into_parts();
        let Ok(body) = axum::body::to_bytes(body, usize::MAX).await else {
            // whoever sent it went away in the middle
            return Err(StatusCode::BAD_REQUEST);
        };
        let header = |name: HeaderName| parts.headers.get(name)?.to_str().ok();
        (self.0)(Heard {
            vendor,
            method: parts.method.as_str(),
            path,
            user_agent: header(header::USER_AGENT),
            content_type: header(header::CONTENT_TYPE),
            body: &body,
        });
        Ok(Request::from_parts(parts, Body::from(body)))
    }
}

impl fmt::Debug for Tap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tap")
    }
}
