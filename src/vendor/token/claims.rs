use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::Value as Json;

use super::TokenError;
use crate::base::Secret;

/// Reads the claims of a signed token after checking signature, issuer and time.
pub(super) fn verified(token: &Secret, keys: &Json, issuer: &str) -> Result<Json, TokenError> {
    let header = decode_header(token.expose()).map_err(TokenError::NotJwt)?;
    let kid = header.kid.unwrap_or_default();
    let published = keys.get("keys").and_then(Json::as_array);
    // One by one: a key of a form that is not known must not hide the others.
    let key = published
        .into_iter()
        .flatten()
        .find(|key| key.get("kid").and_then(Json::as_str).unwrap_or_default() == kid)
        .and_then(|key| serde_json::from_value::<Jwk>(key.clone()).ok())
        .filter(|_| is_asymmetric(header.alg))
        .ok_or(TokenError::UnknownKey { kid })?;
    let key = DecodingKey::from_jwk(&key).map_err(TokenError::Invalid)?;
    let mut validation = Validation::new(header.alg);
    // The audience is the gateway's business; it is shown, not judged.
    validation.validate_aud = false;
    validation.set_issuer(&[issuer]);
    validation.set_required_spec_claims(&["exp", "iss"]);
    decode::<Json>(token.expose(), &key, &validation)
        .map(|token| token.claims)
        .map_err(TokenError::Invalid)
}

/// A public key must never serve as a shared secret.
fn is_asymmetric(algorithm: Algorithm) -> bool {
    !matches!(
        algorithm,
        Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512
    )
}
