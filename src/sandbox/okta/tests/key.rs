//! A client's side of signing.

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair as RsaPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// A key pair and the public half as JSON.
pub(super) struct Key {
    pub(super) public: Value,
    private: Private,
}

enum Private {
    Ec(EcdsaKeyPair),
    Rsa(RsaPair),
}

impl Key {
    pub(super) fn ec() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        Self {
            public: json!({
                "kty": "EC", "crv": "P-256",
                "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
                "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
            }),
            private: Private::Ec(pair),
        }
    }

    pub(super) fn rsa() -> Self {
        let pair = RsaPair::generate(KeySize::Rsa2048).unwrap();
        let n = pair.public_key().modulus();
        let n = URL_SAFE_NO_PAD.encode(n.big_endian_without_leading_zero());
        Self {
            public: json!({ "kty": "RSA", "e": "AQAB", "n": n }),
            private: Private::Rsa(pair),
        }
    }

    /// An assertion (RFC 7523).
    pub(super) fn sign(&self, kid: Option<&str>, claims: &Value) -> String {
        let mut header = json!({ "alg": self.algorithm() });
        if let Some(kid) = kid {
            header["kid"] = json!(kid);
        }
        self.signed(&header, claims)
    }

    /// A proof for a request (RFC 9449).
    pub(super) fn prove(&self, claims: &Value) -> String {
        let header = json!({
            "typ": "dpop+jwt", "alg": self.algorithm(), "jwk": self.public,
        });
        self.signed(&header, claims)
    }

    fn algorithm(&self) -> &str {
        match self.private {
            Private::Ec(_) => "ES256",
            Private::Rsa(_) => "RS256",
        }
    }

    fn signed(&self, header: &Value, claims: &Value) -> String {
        let part = |json: &Value| URL_SAFE_NO_PAD.encode(json.to_string());
        let text = format!("{}.{}", part(header), part(claims));
        let random = SystemRandom::new();
        let signature = match &self.private {
            Private::Ec(key) => key
                .sign(&random, text.as_bytes())
                .unwrap()
                .as_ref()
                .to_vec(),
            Private::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, text.as_bytes(), &mut signature)
                    .unwrap();
                signature
            }
        };
        format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

pub(super) fn hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(text))
}
