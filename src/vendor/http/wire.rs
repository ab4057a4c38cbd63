//! What may go wrong between sending a request and having its whole answer.

use std::time::Duration;

use reqwest::Response;
use reqwest::header::HeaderMap;

use crate::vendor::{Call, VendorError};

/// An answer that is larger than this is not the vendor's.
const LARGEST_BODY: usize = 64 << 20;

/// Reads a whole body; errors do not name the address.
pub(super) async fn read_body(
    mut response: Response,
) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(reqwest::Error::without_url)?
    {
        if body.len() + chunk.len() > LARGEST_BODY {
            return Err("it is larger than 64 MiB".into());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Tells a connection that was never there from an answer that never came.
pub(super) fn no_answer(call: &Call, source: reqwest::Error) -> VendorError {
    let call = Box::new(call.clone());
    if source.is_connect() {
        VendorError::Unreachable {
            call,
            tls: is_tls(&source),
            source,
        }
    } else {
        let source = Box::new(source);
        VendorError::NoAnswer { call, source }
    }
}

/// Says that nothing came in time.
pub(super) fn no_first_byte(call: &Call, limit: Duration) -> VendorError {
    let seconds = limit.as_secs_f32();
    VendorError::NoAnswer {
        call: Box::new(call.clone()),
        source: format!("no first byte came within {seconds} s").into(),
    }
}

/// rustls reports bad certificates and what is no TLS at all as invalid data.
fn is_tls(error: &reqwest::Error) -> bool {
    let mut next: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = next {
        let io = error.downcast_ref::<std::io::Error>();
        if io.is_some_and(|io| io.kind() == std::io::ErrorKind::InvalidData) {
            return true;
        }
        // An I/O error that wraps another names the inner one's source as its own: look inside first.
        next = match io.and_then(std::io::Error::get_ref) {
            Some(inner) => Some(inner),
            None => error.source(),
        };
    }
    false
}

/// What the vendor's support asks for.
pub(super) fn request_id(headers: &HeaderMap) -> Option<&str> {
    ["x-okta-request-id", "x-datadog-trace-id", "x-request-id"]
        .iter()
        .find_map(|name| headers.get(*name)?.to_str().ok())
}
