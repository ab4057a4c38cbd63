use std::collections::VecDeque;

use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::response::Parts;
use axum::response::{IntoResponse, Response};

use super::Vendor;

/// How many answers are remembered.
const CAPACITY: usize = 256;

/// A replica that lags behind: the last answer to each GET, for [`Effect::Stale`](super::Effect::Stale).
#[derive(Debug, Default)]
pub(super) struct Replica(VecDeque<Remembered>);

#[derive(Debug)]
struct Remembered {
    vendor: Vendor,
    path: String,
    parts: Parts,
    body: Bytes,
}

impl Replica {
    /// The answer that the same GET got the last time.
    pub(super) fn answer(&self, vendor: Vendor, path: &str) -> Option<Response> {
        let copy = self.0.iter().find(|copy| copy.is(vendor, path))?;
        let body = Body::from(copy.body.clone());
        Some(Response::from_parts(copy.parts.clone(), body))
    }

    /// Remembers an answer in place of the last one.
    pub(super) fn remember(&mut self, vendor: Vendor, path: &str, (parts, body): (Parts, Bytes)) {
        self.0.retain(|copy| !copy.is(vendor, path));
        if self.0.len() == CAPACITY {
            self.0.pop_front();
        }
        self.0.push_back(Remembered {
            vendor,
            path: path.to_owned(),
            parts,
            body,
        });
    }

    /// Forgets all answers.
    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

impl Remembered {
    fn is(&self, vendor: Vendor, path: &str) -> bool {
        self.vendor == vendor && self.path == path
    }
}

/// An answer with its body in hand.
pub(super) async fn collected(response: Response) -> Result<(Parts, Bytes), Response> {
    let (parts, body) = response.into_parts();
    match axum::body::to_bytes(body, usize::MAX).await {
        Ok(body) => Ok((parts, body)),
        // a body that the emulated vendor could not finish
        Err(_) => Err(StatusCode::INTERNAL_SERVER_ERROR.into_response()),
    }
}
