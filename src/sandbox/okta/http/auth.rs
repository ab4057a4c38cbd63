use axum::http::{HeaderMap, header};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use super::super::state::OktaState;
use super::access_token::{self, Scheme};
use super::{Call, Caller, Refusal};

/// What is kept of a token: enough to recognise it, no more.
pub(crate) fn digest(token: &str) -> String {
    HEXLOWER.encode(&Sha256::digest(token.as_bytes()))
}

/// The value after an authorization scheme, whose case does not matter (RFC 9110, 11.1).
pub(crate) fn bearer_of<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (found, token) = value.split_once(' ')?;
    found.eq_ignore_ascii_case(scheme).then(|| token.trim())
}

/// The API token. Okta's own Python SDK sends it without a blank after the scheme, and is served.
fn api_token(sent: &str) -> Option<&str> {
    let (scheme, token) = sent.split_at_checked("SSWS".len())?;
    scheme.eq_ignore_ascii_case("SSWS").then(|| token.trim())
}

/// Finds out who calls the management API, by an API token or an access token.
pub(super) fn authenticate(state: &OktaState, call: &Call) -> Result<Caller, Refusal> {
    let sent = call.header("authorization");
    if sent.trim().is_empty() {
        return Err(Refusal::no_session());
    }
    for (name, scheme) in [("Bearer", Scheme::Bearer), ("DPoP", Scheme::Dpop)] {
        if let Some(token) = bearer_of(&call.headers, name) {
            return access_token::authenticate(state, call, scheme, token);
        }
    }
    let token = api_token(sent).ok_or_else(Refusal::invalid_token)?;
    let digest = digest(token);
    state
        .tokens
        .iter()
        .find(|known| known.digest == digest && known.is_alive(call.now))
        .map(|known| Caller {
            token_id: known.id.clone(),
            ..Caller::default()
        })
        .ok_or_else(Refusal::invalid_token)
}
