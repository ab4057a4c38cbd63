use axum::http::HeaderMap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use super::{Jws, Memory, thumbprint};

/// Seconds that a proof is good for, and that clocks may differ by.
const AGE: i64 = 300;

/// Why a proof does not do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum ProofFault {
    /// It lacks today's nonce.
    Nonce,
    /// Everything else, in Okta's words.
    Invalid(String),
}

/// What a proof has to be about.
pub(crate) struct Target<'a> {
    /// The method of the request.
    pub(crate) method: &'a str,
    /// The URLs that the request may have been sent to, without a query.
    pub(crate) urls: &'a [String],
    /// The access token that goes with it.
    pub(crate) token: Option<&'a str>,
    /// Whether the proof has to carry the nonce.
    pub(crate) nonce: bool,
}

/// Checks the proof of a request (RFC 9449, 4.3) and returns the thumbprint of its key.
pub(crate) fn prove(
    headers: &HeaderMap,
    target: &Target<'_>,
    memory: &Memory,
    now: Timestamp,
) -> Result<String, ProofFault> {
    let mut sent = headers.get_all("dpop").iter();
    let text = match (sent.next(), sent.next()) {
        (Some(one), None) => one.to_str().unwrap_or_default(),
        (None, _) => return Err(invalid("The DPoP proof JWT header is missing.")),
        (Some(_), Some(_)) => {
            return Err(invalid("There is more than one DPoP proof JWT header."));
        }
    };
    let proof = Jws::read(text).ok_or_else(|| invalid("The DPoP proof JWT is malformed."))?;
    if proof.head("typ") != Some("dpop+jwt") {
        return Err(invalid("The DPoP proof JWT has an invalid 'typ' header."));
    }
    let key = proof.header.get("jwk").filter(|key| key.get("d").is_none());
    let key = key.ok_or_else(|| invalid("The DPoP proof JWT has an invalid 'jwk' header."))?;
    if !proof.is_signed_by(key) {
        return Err(invalid("The DPoP proof JWT signature is invalid."));
    }
    if proof.text("htm") != Some(target.method) {
        return Err(claim("htm"));
    }
    let meant = proof.text("htu").filter(|url| !url.contains(['?', '#']));
    let meant = meant.and_then(bare).ok_or_else(|| claim("htu"))?;
    if !target
        .urls
        .iter()
        .any(|url| bare(url).as_ref() == Some(&meant))
    {
        return Err(claim("htu"));
    }
    let issued = proof.time("iat").ok_or_else(|| claim("iat"))?;
    if (now.as_second() - issued).abs() > AGE {
        return Err(claim("iat"));
    }
    if let Some(token) = target.token {
        let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(token));
        if proof.text("ath") != Some(&hash) {
            return Err(claim("ath"));
        }
    }
    let id = proof.text("jti").filter(|id| !id.is_empty());
    let id = id.ok_or_else(|| claim("jti"))?;
    if target.nonce && proof.text("nonce") != Some(&memory.nonce(now)) {
        return Err(ProofFault::Nonce);
    }
    let thumb = thumbprint(key).ok_or_else(|| claim("jwk"))?;
    if !memory.spend(format!("proof {thumb} {id}"), issued + AGE, now) {
        return Err(invalid("The DPoP proof JWT has already been used."));
    }
    Ok(thumb)
}

fn invalid(text: &str) -> ProofFault {
    ProofFault::Invalid(text.to_owned())
}

fn claim(name: &str) -> ProofFault {
    ProofFault::Invalid(format!("'{name}' claim in the DPoP proof JWT is invalid."))
}

/// A URL without query and fragment, spelt in the one way that makes it comparable (RFC 3986, 6.2.2).
fn bare(url: &str) -> Option<String> {
    let mut url = url::Url::parse(url).ok()?;
    url.set_query(None);
    url.set_fragment(None);
    Some(url.into())
}
