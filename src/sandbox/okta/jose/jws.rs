use aws_lc_rs::hmac;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P384_SHA384_FIXED, ECDSA_P521_SHA512_FIXED,
    RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_2048_8192_SHA384, RSA_PKCS1_2048_8192_SHA512,
    RsaPublicKeyComponents, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};

/// A signed token, read but not yet believed.
pub(crate) struct Jws<'a> {
    /// The header.
    pub(crate) header: Map<String, Value>,
    /// The payload.
    pub(crate) claims: Map<String, Value>,
    signed: &'a str,
    signature: Vec<u8>,
}

impl<'a> Jws<'a> {
    /// Takes the compact form apart (RFC 7515, 7.1).
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let (signed, signature) = text.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        Some(Self {
            header: serde_json::from_slice(&decode(header)?).ok()?,
            claims: serde_json::from_slice(&decode(claims)?).ok()?,
            signed,
            signature: decode(signature)?,
        })
    }

    /// A text of the header.
    pub(crate) fn head(&self, name: &str) -> Option<&str> {
        self.header.get(name)?.as_str()
    }

    /// A text of the payload.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name)?.as_str()
    }

    /// A time of the payload in epoch seconds; some libraries write fractions.
    pub(crate) fn time(&self, name: &str) -> Option<i64> {
        let time = self.claims.get(name)?;
        #[allow(clippy::cast_possible_truncation)] // a fraction of a second says nothing here
        time.as_i64()
            .or_else(|| time.as_f64().map(|time| time as i64))
    }

    /// Whether the audience, one or several, names one of these.
    pub(crate) fn is_for(&self, wanted: &[String]) -> bool {
        let named = |value: &Value| wanted.iter().any(|wanted| value == wanted);
        match self.claims.get("aud") {
            Some(Value::Array(all)) => all.iter().any(named),
            Some(one) => named(one),
            None => false,
        }
    }

    /// Whether it was signed with the private half of a public key (RFC 7517). The key alone decides which
    /// family of algorithms counts, so that no secret can be made of a public key.
    pub(crate) fn is_signed_by(&self, key: &Value) -> bool {
        let of = |name: &str| key.get(name).and_then(Value::as_str);
        let alg = self.head("alg").unwrap_or_default();
        if of("alg").is_some_and(|wanted| wanted != alg) {
            return false;
        }
        let text = self.signed.as_bytes();
        let bytes = |name: &str| of(name).and_then(decode);
        match of("kty") {
            Some("RSA") => {
                let parameters = match alg {
                    "RS256" => &RSA_PKCS1_2048_8192_SHA256,
                    "RS384" => &RSA_PKCS1_2048_8192_SHA384,
                    "RS512" => &RSA_PKCS1_2048_8192_SHA512,
                    _ => return false,
                };
                let (Some(n), Some(e)) = (bytes("n"), bytes("e")) else {
                    return false;
                };
                let key = RsaPublicKeyComponents { n: &n, e: &e };
                key.verify(parameters, text, &self.signature).is_ok()
            }
            Some("EC") => {
                let (parameters, length) = match (alg, of("crv")) {
                    ("ES256", Some("P-256")) => (&ECDSA_P256_SHA256_FIXED, 32),
                    ("ES384", Some("P-384")) => (&ECDSA_P384_SHA384_FIXED, 48),
                    ("ES512", Some("P-521")) => (&ECDSA_P521_SHA512_FIXED, 66),
                    _ => return false,
                };
                let (Some(x), Some(y)) = (bytes("x"), bytes("y")) else {
                    return false;
                };
                if x.len() != length || y.len() != length {
                    return false;
                }
                // SEC 1, uncompressed
                let point = [&[4][..], &x, &y].concat();
                let key = UnparsedPublicKey::new(parameters, point);
                key.verify(text, &self.signature).is_ok()
            }
            Some(_) | None => false,
        }
    }

    /// Whether it was signed with a shared secret.
    pub(crate) fn is_signed_with(&self, secret: &str) -> bool {
        let algorithm = match self.head("alg") {
            Some("HS256") => hmac::HMAC_SHA256,
            Some("HS384") => hmac::HMAC_SHA384,
            Some("HS512") => hmac::HMAC_SHA512,
            Some(_) | None => return false,
        };
        let key = hmac::Key::new(algorithm, secret.as_bytes());
        hmac::verify(&key, self.signed.as_bytes(), &self.signature).is_ok()
    }
}

/// The name of a public key that its owner cannot choose (RFC 7638, 3).
pub(crate) fn thumbprint(key: &Value) -> Option<String> {
    let of = |name: &str| Some(Value::from(key.get(name)?.as_str()?).to_string());
    // the members in the order of the alphabet, without a blank
    let members: &[&str] = match key.get("kty")?.as_str()? {
        "RSA" => &["e", "kty", "n"],
        "EC" => &["crv", "kty", "x", "y"],
        _ => return None,
    };
    let mut text = Vec::new();
    for member in members {
        text.push(format!("\"{member}\":{}", of(member)?));
    }
    let digest = Sha256::digest(format!("{{{}}}", text.join(",")));
    Some(URL_SAFE_NO_PAD.encode(digest))
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}
