use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value};

use super::super::app::App;
use super::super::http::{Call, Refusal, proof_refusal, random_text};
use super::super::jose::{Target, prove};
use super::super::server::SigningKey;

/// What every access token starts with.
pub(super) fn stem(issuer: &str, audience: &str, seconds: i64, call: &Call) -> Map<String, Value> {
    let now = call.now.as_second();
    let mut payload = Map::new();
    let mut add = |key: &str, value: Value| payload.insert(key.to_owned(), value);
    add("ver", 1.into());
    add("jti", format!("AT.{}", random_text(32)).into());
    add("iss", issuer.into());
    add("aud", audience.into());
    add("iat", now.into());
    add("exp", (now + seconds).into());
    payload
}

/// Signs an access token as Okta does: RS256, with a key id and no type.
pub(super) fn sign(key: &mut SigningKey, payload: &Map<String, Value>) -> Result<String, Refusal> {
    let mut header = Header::new(Algorithm::RS256);
    header.typ = None;
    header.kid = Some(key.kid.clone());
    let private = EncodingKey::from_rsa_der(&key.private()?);
    encode(&header, payload, &private).map_err(|_| Refusal::read_only())
}

/// The thumbprint of the key that a token is bound to, where the client wants or has to have it so (RFC 9449, 5).
pub(super) fn bind(app: &App, call: &Call) -> Result<Option<String>, Refusal> {
    let wanted = app.oauth.dpop_bound_access_tokens == Some(true);
    if !wanted && !call.headers.contains_key("dpop") {
        return Ok(None);
    }
    let target = Target {
        method: call.method().as_str(),
        urls: &call.urls(),
        token: None,
        nonce: true,
    };
    prove(&call.headers, &target, &call.memory, call.now)
        .map(Some)
        .map_err(|fault| proof_refusal(call, fault))
}
