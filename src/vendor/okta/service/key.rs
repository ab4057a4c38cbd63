use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED_SIGNING,
    ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, EcdsaSigningAlgorithm, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use url::Url;
use zeroize::Zeroizing;

use super::jwk::Jwk;
use super::jwt::{signed, unique};
use crate::base::Secret;

/// Why a key cannot be used; never says anything of it.
pub(super) type Problem = Box<dyn std::error::Error + Send + Sync>;

/// Seconds that an assertion is good for; Okta allows an hour.
const LIFE: i64 = 300;

/// The application's private key.
pub(super) struct ClientKey {
    key: Kind,
    key_id: Option<String>,
}

/// A key pair with the algorithm that it signs by (RFC 7518, section 3.1).
pub(super) enum Kind {
    Rsa(RsaKeyPair),
    Ec(Curve, EcdsaKeyPair),
}

/// The curves that Okta takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Curve {
    P256,
    P384,
    P521,
}

impl Curve {
    pub(super) const ALL: [Self; 3] = [Self::P256, Self::P384, Self::P521];

    /// The name in a JWK.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::P256 => "P-256",
            Self::P384 => "P-384",
            Self::P521 => "P-521",
        }
    }

    pub(super) fn signing(self) -> &'static EcdsaSigningAlgorithm {
        match self {
            Self::P256 => &ECDSA_P256_SHA256_FIXED_SIGNING,
            Self::P384 => &ECDSA_P384_SHA384_FIXED_SIGNING,
            Self::P521 => &ECDSA_P521_SHA512_FIXED_SIGNING,
        }
    }

    fn algorithm(self) -> &'static str {
        match self {
            Self::P256 => "ES256",
            Self::P384 => "ES384",
            Self::P521 => "ES512",
        }
    }
}

impl ClientKey {
    /// Reads a PEM (RSA as PKCS #8 or #1, EC as PKCS #8 or SEC 1) or a JWK; the JWK's own `kid` is
    /// taken where no other is given.
    pub(super) fn read(text: &Secret, key_id: Option<String>) -> Result<Self, Problem> {
        if text.expose().trim_start().starts_with('{') {
            let jwk = Jwk::parse(text.expose())?;
            return Ok(Self {
                key: jwk.pair()?,
                key_id: key_id.or_else(|| jwk.kid.clone()),
            });
        }
        let der = der(text)?;
        let rsa = RsaKeyPair::from_pkcs8(&der).or_else(|_| RsaKeyPair::from_der(&der));
        let key = rsa.map(Kind::Rsa).or_else(|rejected| {
            Curve::ALL
                .into_iter()
                .find_map(|curve| {
                    let pair = EcdsaKeyPair::from_private_key_der(curve.signing(), &der);
                    pair.ok().map(|pair| Kind::Ec(curve, pair))
                })
                .ok_or(rejected)
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
        let algorithm = match &self.key {
            Kind::Rsa(_) => "RS256",
            Kind::Ec(curve, _) => curve.algorithm(),
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
            Kind::Ec(_, key) => Ok(key.sign(&SystemRandom::new(), text)?.as_ref().to_vec()),
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
    let (head, rest) = pem
        .expose()
        .split_once("PRIVATE KEY-----")
        .ok_or("it is no JWK, and it has no line `-----BEGIN PRIVATE KEY-----`")?;
    if head.ends_with("ENCRYPTED ") {
        return Err("it is protected by a passphrase; remove that, SOPS protects it".into());
    }
    let (body, _) = rest.split_once("-----END").ok_or("it has no end line")?;
    let body: Zeroizing<String> = Zeroizing::new(body.split_whitespace().collect());
    STANDARD
        .decode(body.as_bytes())
        .map(Zeroizing::new)
        // The decoder's error would quote a character of the key.
        .map_err(|_| "its lines are no base64".into())
}
