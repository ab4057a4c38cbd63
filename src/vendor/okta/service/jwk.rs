//! Private keys as JSON (RFC 7517), the form in which Okta's console hands them out.

use aws_lc_rs::rsa::{KeyPairComponents, PublicKeyComponents};
use aws_lc_rs::signature::{EcdsaKeyPair, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use super::key::{Curve, Kind, Problem};

/// The members that a private key may have (RFC 7518, section 6); each is base64url, and wiped.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Jwk {
    kty: String,
    crv: String,
    /// The key's name at the application.
    pub(super) kid: Option<String>,
    x: Member,
    y: Member,
    d: Member,
    n: Member,
    e: Member,
    p: Member,
    q: Member,
    dp: Member,
    dq: Member,
    qi: Member,
}

type Member = Option<Wiped>;

/// A text that is wiped.
struct Wiped(Zeroizing<String>);

impl<'de> Deserialize<'de> for Wiped {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self(Zeroizing::new(text)))
    }
}

type Bytes = Zeroizing<Vec<u8>>;

impl Jwk {
    /// Reads a key; the reason says nothing of its text.
    pub(super) fn parse(text: &str) -> Result<Self, Problem> {
        // the parser's own words would quote the key
        serde_json::from_str(text)
            .map_err(|_| "it begins like a JWK and is no JSON object of texts".into())
    }

    /// The key itself.
    pub(super) fn pair(&self) -> Result<Kind, Problem> {
        match self.kty.as_str() {
            "RSA" => self.rsa(),
            "EC" => self.ec(),
            _ => Err("its `kty` is neither `RSA` nor `EC`".into()),
        }
    }

    fn rsa(&self) -> Result<Kind, Problem> {
        let components = KeyPairComponents {
            public_key: PublicKeyComponents {
                n: bytes("n", &self.n)?,
                e: bytes("e", &self.e)?,
            },
            d: bytes("d", &self.d)?,
            p: bytes("p", &self.p)?,
            q: bytes("q", &self.q)?,
            dP: bytes("dp", &self.dp)?,
            dQ: bytes("dq", &self.dq)?,
            qInv: bytes("qi", &self.qi)?,
        };
        Ok(Kind::Rsa(RsaKeyPair::from_components(&components)?))
    }

    fn ec(&self) -> Result<Kind, Problem> {
        let curve = Curve::ALL
            .into_iter()
            .find(|curve| curve.name() == self.crv)
            .ok_or("its `crv` is none of `P-256`, `P-384` and `P-521`")?;
        // SEC 1, uncompressed: 4, x, y
        let mut point = vec![4];
        point.extend_from_slice(&bytes("x", &self.x)?);
        point.extend_from_slice(&bytes("y", &self.y)?);
        let private = bytes("d", &self.d)?;
        let pair =
            EcdsaKeyPair::from_private_key_and_public_key(curve.signing(), &private, &point)?;
        Ok(Kind::Ec(curve, pair))
    }
}

fn bytes(name: &str, member: &Member) -> Result<Bytes, Problem> {
    let Wiped(text) = member.as_ref().ok_or_else(|| match name {
        "d" => "it has no `d`: this is the public half".to_owned(),
        _ => format!("it has no `{name}`"),
    })?;
    URL_SAFE_NO_PAD
        .decode(text.trim_end_matches('='))
        .map(Zeroizing::new)
        .map_err(|_| format!("its `{name}` is no base64url").into())
}
