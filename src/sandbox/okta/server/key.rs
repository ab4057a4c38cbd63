use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::KeyPair as _;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::super::http::random_text;
use super::super::state::Plain;

/// The public exponent that every generator uses, 65537.
const EXPONENT: &str = "AQAB";

/// What a key is for at the moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(crate) enum KeyStatus {
    /// It signs.
    Active,
    /// It will.
    Next,
    /// It did; tokens signed with it are still around.
    Expired,
}

/// A signing key of an authorization server.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SigningKey {
    /// Known before the key itself is made.
    pub(crate) kid: String,
    /// What it is for.
    pub(crate) status: KeyStatus,
    /// When it became the active one, or was made.
    pub(crate) created: Timestamp,
    /// Made when it is first needed: it takes a while, and most servers of a test never sign.
    material: Option<Material>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Material {
    /// PKCS #1, base64.
    private: Plain,
    /// The modulus, base64url.
    n: String,
}

/// Says that this machine could not make or use a key.
#[derive(Debug)]
pub(crate) struct KeyFailure;

/// The keys of a new server.
pub(crate) fn first_keys(now: Timestamp) -> Vec<SigningKey> {
    vec![
        SigningKey::new(KeyStatus::Active, now),
        SigningKey::new(KeyStatus::Next, now),
    ]
}

impl SigningKey {
    /// A key to come.
    pub(crate) fn new(status: KeyStatus, now: Timestamp) -> Self {
        Self {
            kid: random_text(32),
            status,
            created: now,
            material: None,
        }
    }

    /// Whether it signs.
    pub(crate) fn is_active(&self) -> bool {
        self.status == KeyStatus::Active
    }

    fn material(&mut self) -> Result<&Material, KeyFailure> {
        let material = match self.material.take() {
            Some(material) => material,
            None => Material::generate()?,
        };
        Ok(self.material.insert(material))
    }

    /// The private key as `jsonwebtoken` wants it: PKCS #1, DER.
    pub(crate) fn private(&mut self) -> Result<Vec<u8>, KeyFailure> {
        let material = self.material()?;
        STANDARD.decode(&material.private.0).map_err(|_| KeyFailure)
    }

    /// Modulus and exponent, base64url.
    pub(crate) fn public(&mut self) -> Result<(String, &'static str), KeyFailure> {
        Ok((self.material()?.n.clone(), EXPONENT))
    }

    /// The public half if the key was ever used; before that it has signed nothing.
    pub(crate) fn published(&self) -> Option<Value> {
        let n = &self.material.as_ref()?.n;
        Some(json!({ "kty": "RSA", "alg": "RS256", "e": EXPONENT, "n": n }))
    }

    /// What the public key endpoint shows (RFC 7517).
    pub(crate) fn jwk(&mut self) -> Result<Value, KeyFailure> {
        let kid = self.kid.clone();
        let (n, e) = self.public()?;
        Ok(json!({ "kty": "RSA", "alg": "RS256", "kid": kid, "use": "sig", "e": e, "n": n }))
    }

    /// What the management API shows, in the recorded order of keys.
    pub(crate) fn wire(&mut self, server: &str) -> Result<Value, KeyFailure> {
        let (kid, status) = (self.kid.clone(), self.status);
        let href = format!("{server}/credentials/keys/{kid}");
        let (n, e) = self.public()?;
        Ok(json!({
            "kty": "RSA",
            "status": status,
            "alg": "RS256",
            "kid": kid,
            "use": "sig",
            "_links": { "self": { "href": href, "hints": { "allow": ["GET"] } } },
            "e": e,
            "n": n,
        }))
    }
}

impl Material {
    fn generate() -> Result<Self, KeyFailure> {
        let pair = KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeyFailure)?;
        let pkcs8: Pkcs8V1Der<'_> = pair.as_der().map_err(|_| KeyFailure)?;
        let private = pkcs1(pkcs8.as_ref()).ok_or(KeyFailure)?;
        let modulus = pair.public_key().modulus();
        Ok(Self {
            private: Plain(STANDARD.encode(private)),
            n: URL_SAFE_NO_PAD.encode(modulus.big_endian_without_leading_zero()),
        })
    }
}

/// Takes the RSA key out of its wrapping: PKCS #8 is a sequence of version, algorithm and an octet string (RFC 5208).
fn pkcs1(pkcs8: &[u8]) -> Option<&[u8]> {
    let (_, mut inside, _) = der(pkcs8)?;
    loop {
        let (tag, content, rest) = der(inside)?;
        if tag == 0x04 {
            return Some(content);
        }
        inside = rest;
    }
}

/// Splits off one DER value: tag, content, what follows (X.690, 8.1).
fn der(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (&tag, rest) = bytes.split_first()?;
    let (&first, rest) = rest.split_first()?;
    let (length, rest) = if first < 0x80 {
        (usize::from(first), rest)
    } else {
        let (digits, rest) = rest.split_at_checked(usize::from(first & 0x7f))?;
        let length = digits.iter().try_fold(0_usize, |length, &digit| {
            length.checked_mul(256)?.checked_add(usize::from(digit))
        })?;
        (length, rest)
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((tag, content, rest))
}
