use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use reqwest::Method;
use serde_json::{Value as Json, json};
use url::Url;
use zeroize::Zeroizing;

use crate::base::Secret;

type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Seconds that an assertion is good for; Okta allows an hour.
const LIFE: i64 = 300;

/// The application's private key.
pub(super) struct ClientKey {
    key: Kind,
    key_id: Option<String>,
}

enum Kind {
    Rsa(RsaKeyPair),
    Ec(EcdsaKeyPair),
}

impl ClientKey {
    /// Reads a PEM: RSA (PKCS #8 or #1), or P-256 (PKCS #8 or SEC 1).
    pub(super) fn read(pem: &Secret, key_id: Option<String>) -> Result<Self, Problem> {
        let der = der(pem)?;
        let key = RsaKeyPair::from_pkcs8(&der)
            .or_else(|_| RsaKeyPair::from_der(&der))
            .map(Kind::Rsa)
            .or_else(|_| {
                EcdsaKeyPair::from_private_key_der(&ECDSA_P256_SHA256_FIXED_SIGNING, &der)
                    .map(Kind::Ec)
            })?;
        Ok(Self { key, key_id })
    }

    /// Signs an assertion (RFC 7523, section 3) for this endpoint.
    pub(super) fn assertion(
        &self,
        client_id: &str,
        endpoint: &Url,
        now: i64,
    ) -> Result<Secret, Problem> {
        let algorithm = match self.key {
            Kind::Rsa(_) => "RS256",
            Kind::Ec(_) => "ES256",
        };
        let mut header = json!({ "typ": "JWT", "alg": algorithm });
        if let (Some(header), Some(kid)) = (header.as_object_mut(), &self.key_id) {
            header.insert("kid".to_owned(), json!(kid));
        }
        let claims = json!({
            "iss": client_id, "sub": client_id, "aud": endpoint.as_str(),
            "iat": now, "exp": now + LIFE, "jti": unique(),
        });
        signed(&header, &claims, |text| match &self.key {
            Kind::Ec(key) => Ok(key.sign(&SystemRandom::new(), text)?.as_ref().to_vec()),
            Kind::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(
                    &RSA_PKCS1_SHA256,
                    &SystemRandom::new(),
                    text,
                    &mut signature,
                )?;
                Ok(signature)
            }
        })
    }
}

/// Takes the one block of a PEM (RFC 7468) apart.
fn der(pem: &Secret) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let (_, rest) = pem
        .expose()
        .split_once("PRIVATE KEY-----")
        .ok_or("it has no line `-----BEGIN PRIVATE KEY-----`")?;
    let (body, _) = rest.split_once("-----END").ok_or("it has no end line")?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD
        .decode(body.as_bytes())
        .map(Zeroizing::new)
        // The decoder's error would quote a character of the key.
        .map_err(|_| "its lines are no base64".into())
}

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

/// Joins the parts of a JWS (RFC 7515, section 7.1).
fn signed(
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

fn unique() -> String {
    format!("{:032x}", rand::random::<u128>())
}
