use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use reqwest::Method;
use serde_json::{Value as Json, json};
use url::Url;

use super::jwt::{signed, unique};
use super::key::Problem;
use crate::base::Secret;

/// The key that a token is bound to; made for this run, never stored.
pub(super) struct ProofKey(EcdsaKeyPair);

impl ProofKey {
    pub(super) fn generate() -> Result<Self, Problem> {
        Ok(Self(EcdsaKeyPair::generate(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
        )?))
    }

    /// Signs a proof (RFC 9449, section 4.2) for one try of one request.
    pub(super) fn proof(
        &self,
        method: &Method,
        url: &Url,
        now: i64,
        nonce: Option<&str>,
        token: Option<&Secret>,
    ) -> Result<Secret, Problem> {
        let mut target = url.clone();
        target.set_query(None);
        target.set_fragment(None);
        let mut claims = json!({
            "htm": method.as_str(), "htu": target.as_str(), "iat": now, "jti": unique(),
        });
        if let Some(claims) = claims.as_object_mut() {
            if let Some(nonce) = nonce {
                claims.insert("nonce".to_owned(), json!(nonce));
            }
            if let Some(token) = token {
                let hash = digest(&SHA256, token.expose().as_bytes());
                claims.insert("ath".to_owned(), json!(URL_SAFE_NO_PAD.encode(hash)));
            }
        }
        let header = json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": self.public()? });
        signed(&header, &claims, |text| {
            Ok(self.0.sign(&SystemRandom::new(), text)?.as_ref().to_vec())
        })
    }

    fn public(&self) -> Result<Json, Problem> {
        // SEC 1, uncompressed: 4, x, y.
        let point = self.0.public_key().as_ref();
        let (x, y) = point
            .get(1..33)
            .zip(point.get(33..65))
            .ok_or("the public key has an unknown form")?;
        Ok(json!({
            "kty": "EC", "crv": "P-256",
            "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y),
        }))
    }
}
