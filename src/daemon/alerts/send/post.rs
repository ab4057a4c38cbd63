use std::error::Error;

use reqwest::{RequestBuilder, Response, StatusCode};

use super::Reply;
use crate::daemon::alerts::back_off;

/// An answer is read so far: a few words tell why it was refused.
const READ: usize = 4096;

/// Sends a request and judges the answer.
pub(super) async fn post(request: RequestBuilder, tries: u32, unix: i64) -> Reply {
    let response = match request.send().await {
        Ok(response) => response,
        Err(error) => {
            return Reply::Later {
                why: told(error),
                after: None,
            };
        }
    };
    let status = response.status();
    if status.is_success() {
        return Reply::Arrived;
    }
    let after = back_off::asked(response.headers(), unix);
    let why = format!("answered {}{}", status.as_u16(), words(response).await);
    if is_passing(status) {
        Reply::Later { why, after }
    } else {
        Reply::Refused { why, tries }
    }
}

/// Tells whether the same request may be taken later; a redirect is not followed, so it never is.
fn is_passing(status: StatusCode) -> bool {
    status.is_server_error()
        || matches!(
            status,
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS
        )
}

/// What the receiver says besides, ` invalid_payload`.
async fn words(mut response: Response) -> String {
    let mut bytes = Vec::new();
    while bytes.len() < READ {
        match response.chunk().await {
            Ok(Some(chunk)) => bytes.extend_from_slice(&chunk),
            // what cannot be read cannot be told
            Ok(None) | Err(_) => break,
        }
    }
    bytes.truncate(READ);
    let text = String::from_utf8_lossy(&bytes);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() {
        String::new()
    } else {
        format!(" {text}")
    }
}

/// Why no answer came; without the address, which is a secret.
fn told(error: reqwest::Error) -> String {
    let what = if error.is_timeout() {
        "did not answer in time"
    } else if error.is_connect() {
        "cannot be reached"
    } else {
        "gave no whole answer"
    };
    let error = error.without_url();
    let first: &dyn Error = &error;
    let last = std::iter::successors(first.source(), |error| (*error).source()).last();
    last.map_or_else(|| what.to_owned(), |last| format!("{what}: {last}"))
}
