use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value as Json;

use super::key::Problem;
use crate::base::Secret;

/// Joins the parts of a JWS (RFC 7515, section 7.1).
pub(super) fn signed(
    header: &Json,
    claims: &Json,
    sign: impl Fn(&[u8]) -> Result<Vec<u8>, Problem>,
) -> Result<Secret, Problem> {
    let text = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(sign(text.as_bytes())?);
    Ok(Secret::new(format!("{text}.{signature}")))
}

fn part(json: &Json) -> String {
    URL_SAFE_NO_PAD.encode(json.to_string())
}

/// An id that is used once.
pub(super) fn unique() -> String {
    format!("{:032x}", rand::random::<u128>())
}
