use std::collections::HashSet;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P384_SHA384_FIXED,
    ECDSA_P384_SHA384_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED, ECDSA_P521_SHA512_FIXED_SIGNING,
    EcdsaKeyPair, KeyPair as _, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
    VerificationAlgorithm,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

use super::key::ClientKey;
use crate::base::{Scrubber, Secret};
use crate::vendor::VendorError;
use crate::vendor::fake::{Fake, FakeClock, Step, on, options};
use crate::vendor::okta::{OktaAccess, OktaLogin, OktaService, Reader, Writer};

const EPOCH: i64 = 784_111_777;

fn pem(der: &[u8]) -> Secret {
    let body = STANDARD.encode(der);
    Secret::new(format!(
        "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
    ))
}

fn open(
    url: &str,
    key: &Secret,
    dpop: bool,
    clock: &Arc<FakeClock>,
) -> Result<Reader, VendorError> {
    let access = OktaAccess {
        org_url: url.to_owned(),
        login: OktaLogin::Service(OktaService {
            client_id: "0oa1".to_owned(),
            private_key: key.clone(),
            key_id: Some("kid-1".to_owned()),
            read: vec!["okta.apps.read".to_owned()],
            manage: vec!["okta.apps.manage".to_owned()],
            dpop,
        }),
        options: options(clock),
    };
    Reader::new(access, Arc::new(Scrubber::default()))
}

/// The time of day at which the tests begin, so many seconds later, as a `Date`.
fn at(later: i64) -> String {
    let time = jiff::Timestamp::from_second(EPOCH + later).unwrap();
    time.strftime("%a, %d %b %Y %T GMT").to_string()
}

fn token(text: &str) -> Step {
    token_of("Bearer", text, 0)
}

/// A token as Okta gives it out.
fn token_of(kind: &str, text: &str, later: i64) -> Step {
    on("POST /oauth2/v1/token").json(
        200,
        &json!({ "token_type": kind, "expires_in": 3600, "access_token": text, "scope": "okta.apps.manage okta.apps.read" }),
    )
    .header("date", &at(later))
}

/// Header, claims, what was signed, and the signature.
fn split(jwt: &str) -> (Json, Json, String, Vec<u8>) {
    let parts: Vec<&str> = jwt.split('.').collect();
    let json = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    (
        json(parts[0]),
        json(parts[1]),
        format!("{}.{}", parts[0], parts[1]),
        URL_SAFE_NO_PAD.decode(parts[2]).unwrap(),
    )
}

fn form(body: &str, name: &str) -> String {
    url::form_urlencoded::parse(body.as_bytes())
        .find(|(key, _)| key == name)
        .unwrap()
        .1
        .into_owned()
}

/// Checks a proof with the key in it and hands out its claims.
fn proof(jwt: &str) -> Json {
    let (header, claims, text, signature) = split(jwt);
    assert_eq!(
        (&header["typ"], &header["alg"]),
        (&json!("dpop+jwt"), &json!("ES256"))
    );
    assert!(header["jwk"].get("d").is_none());
    let mut point = vec![4];
    for axis in ["x", "y"] {
        let text = header["jwk"][axis].as_str().unwrap();
        point.extend(URL_SAFE_NO_PAD.decode(text).unwrap());
    }
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(text.as_bytes(), &signature)
        .unwrap();
    claims
}

#[tokio::test]
async fn dpop_answers_the_nonce_and_proves_each_request() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let nonce = json!({ "error": "use_dpop_nonce", "error_description": "Authorization server requires nonce in DPoP proof." });
    let fake = Fake::start([
        on("POST /oauth2/v1/token")
            .json(400, &nonce)
            .header("date", &at(0))
            .header("dpop-nonce", "nonce-1"),
        token_of("DPoP", "access-token-1", 0),
        on("GET /api/v1/apps?limit=200").status(503),
        on("GET /api/v1/apps?limit=200").json(200, &json!([])),
    ])
    .await;
    let clock = Arc::new(FakeClock::default());
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    let reader = open(&fake.url, &pem, true, &clock).unwrap();
    reader
        .list("/api/v1/apps", &[("limit", "200")])
        .await
        .unwrap();
    let url = fake.url.clone();
    let seen = fake.finish();

    let mut ids = HashSet::new();
    for asked in &seen[..2] {
        assert_eq!(asked.header("authorization"), None);
        assert_eq!(form(&asked.body, "grant_type"), "client_credentials");
        assert_eq!(form(&asked.body, "scope"), "okta.apps.read");
        let (header, claims, text, signature) = split(&form(&asked.body, "client_assertion"));
        assert_eq!(
            header,
            json!({ "typ": "JWT", "alg": "ES256", "kid": "kid-1" })
        );
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.public_key().as_ref())
            .verify(text.as_bytes(), &signature)
            .unwrap();
        assert_eq!(
            (&claims["iss"], &claims["sub"]),
            (&json!("0oa1"), &json!("0oa1"))
        );
        assert_eq!(claims["aud"], format!("{url}/oauth2/v1/token"));
        assert_eq!(
            (&claims["iat"], &claims["exp"]),
            (&json!(EPOCH), &json!(EPOCH + 300))
        );
        assert!(ids.insert(claims["jti"].clone()));
    }
    let proofs: Vec<_> = seen
        .iter()
        .map(|seen| proof(seen.header("dpop").unwrap()))
        .collect();
    assert_eq!(proofs[0].get("nonce"), None);
    assert_eq!(proofs[1]["nonce"], "nonce-1");
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest("access-token-1"));
    for (seen, proof) in seen.iter().zip(&proofs).skip(2) {
        assert_eq!(seen.header("authorization"), Some("DPoP access-token-1"));
        assert_eq!(proof["htm"], "GET");
        assert_eq!(proof["htu"], format!("{url}/api/v1/apps"));
        assert_eq!(proof["ath"], hash);
    }
    for proof in proofs {
        assert!(ids.insert(proof["jti"].clone()), "used twice: {proof}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_accepted_any_more_is_renewed_once() {
    let key = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let expired = json!({ "errorCode": "E0000011", "errorSummary": "Invalid token provided" });
    let fake = Fake::start([
        token("access-token-1"),
        on("POST /api/v1/x").json(401, &expired),
        token("access-token-2"),
        on("POST /api/v1/x").json(201, &json!({ "id": "x" })),
        on("PUT /api/v1/x").json(401, &expired),
        token("access-token-3"),
        on("PUT /api/v1/x").json(401, &expired),
    ])
    .await;
    let clock = Arc::new(FakeClock::default());
    let pem = pem(AsDer::<Pkcs8V1Der<'_>>::as_der(&key).unwrap().as_ref());
    let writer = Writer::new(open(&fake.url, &pem, false, &clock).unwrap());
    writer.post("/api/v1/x", &json!({})).await.unwrap();
    let error = writer.put("/api/v1/x", &json!({})).await.unwrap_err();
    assert!(matches!(error, VendorError::Unauthorized { .. }));
    let seen = fake.finish();
    assert_eq!(
        seen[1].header("authorization"),
        Some("Bearer access-token-1")
    );
    assert_eq!(
        seen[3].header("authorization"),
        Some("Bearer access-token-2")
    );
    let (header, _, text, signature) = split(&form(&seen[0].body, "client_assertion"));
    assert_eq!(header["alg"], "RS256");
    UnparsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key.public_key().as_ref())
        .verify(text.as_bytes(), &signature)
        .unwrap();
    assert!(!format!("{writer:?}").contains("access-token"));
}

#[tokio::test]
async fn asking_for_a_token_waits_and_gives_up_like_everything_else() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let clock = Arc::new(FakeClock::default());
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    let fake = Fake::start(on("POST /oauth2/v1/token").status(503).times(5)).await;
    let reader = open(&fake.url, &pem, false, &clock).unwrap();
    let error = reader.get("/api/v1/x").await.unwrap_err();
    assert_eq!(error.status(), Some(503));
    let used: HashSet<_> = fake
        .finish()
        .iter()
        .map(|seen| form(&seen.body, "client_assertion"))
        .collect();
    assert_eq!(used.len(), 5, "an assertion is single-use");
}

#[tokio::test]
async fn scopes_that_were_dropped_silently_are_named() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let less =
        json!({ "access_token": "t-1234567", "expires_in": 3600, "scope": "okta.apps.read" });
    let fake = Fake::start([on("POST /oauth2/v1/token").json(200, &less)]).await;
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    let writer = Writer::new(open(&fake.url, &pem, false, &Arc::default()).unwrap());
    let error = writer.post("/api/v1/x", &json!({})).await.unwrap_err();
    assert!(error.unreachable());
    assert!(error.hints()[0].contains("`okta.apps.manage`"), "{error:?}");
    fake.finish();
}

#[tokio::test]
async fn who_only_reads_holds_no_token_that_could_write() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    let fake = Fake::start([
        token("access-token-1"),
        on("GET /api/v1/x").json(200, &json!({})),
        token("access-token-2"),
        on("POST /api/v1/x").json(201, &json!({})),
        on("GET /api/v1/y").json(200, &json!({})),
    ])
    .await;
    let writer = Writer::new(open(&fake.url, &pem, false, &Arc::default()).unwrap());
    writer.get("/api/v1/x").await.unwrap();
    writer.post("/api/v1/x", &json!({})).await.unwrap();
    writer.get("/api/v1/y").await.unwrap();
    let seen = fake.finish();
    assert_eq!(form(&seen[0].body, "scope"), "okta.apps.read");
    assert_eq!(
        seen[1].header("authorization"),
        Some("Bearer access-token-1")
    );
    assert_eq!(
        form(&seen[2].body, "scope"),
        "okta.apps.read okta.apps.manage"
    );
    for seen in &seen[3..] {
        assert_eq!(seen.header("authorization"), Some("Bearer access-token-2"));
    }
}

#[tokio::test]
async fn what_is_signed_goes_by_oktas_clock() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    let expired = json!({ "error": "invalid_client", "error_description": "The client_assertion token is expired." });
    for skew in [-300, 300, 7_200] {
        let fake = Fake::start([
            on("POST /oauth2/v1/token")
                .json(401, &expired)
                .header("date", &at(skew)),
            token_of("DPoP", "access-token-1", skew),
            on("GET /api/v1/x").json(200, &json!({})),
        ])
        .await;
        let reader = open(&fake.url, &pem, true, &Arc::default()).unwrap();
        reader.get("/api/v1/x").await.unwrap();
        let seen = fake.finish();
        let issued = |body: &str| split(&form(body, "client_assertion")).1["iat"].clone();
        assert_eq!(issued(&seen[0].body), EPOCH);
        assert_eq!(issued(&seen[1].body), EPOCH + skew);
        for seen in &seen[1..] {
            let proof = proof(seen.header("dpop").unwrap());
            assert_eq!(proof["iat"], EPOCH + skew);
        }
    }
}

/// A key that is refused although the clocks agree is wrong, and is not tried again.
#[tokio::test]
async fn a_wrong_key_is_told_and_not_tried_again() {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
    let pem = pem(key.to_pkcs8v1().unwrap().as_ref());
    for (status, code, text, hint) in [
        (
            401,
            "invalid_client",
            "The client_assertion signature is invalid.",
            "the other half of this key",
        ),
        (
            401,
            "invalid_client",
            "The client_assertion JWT kid is invalid.",
            "`okta.oauth.key_id`",
        ),
        (
            401,
            "invalid_client",
            "The client_assertion token is expired.",
            "set this one by NTP",
        ),
        (
            400,
            "invalid_dpop_proof",
            "The DPoP proof JWT header is missing.",
            "`okta.oauth.dpop: true`",
        ),
        (
            400,
            "invalid_dpop_proof",
            "'iat' claim in the DPoP proof JWT is invalid.",
            "set this one by NTP",
        ),
        (
            400,
            "invalid_scope",
            "The requested scopes are not granted to the client.",
            "grant the scope `okta.apps.read`",
        ),
    ] {
        let refused = json!({ "error": code, "error_description": text });
        let refused = on("POST /oauth2/v1/token").json(status, &refused);
        let fake = Fake::start([refused.header("date", &at(0))]).await;
        let reader = open(&fake.url, &pem, false, &Arc::default()).unwrap();
        let error = reader.get("/api/v1/x").await.unwrap_err();
        assert!(error.unreachable(), "{error}");
        assert!(error.to_string().contains(text), "{error}");
        assert!(error.hints()[0].contains(hint), "{:?}", error.hints());
        fake.finish();
    }
}

/// The integers of a PKCS #1 key, without leading zeros: version, n, e, d, p, q, dp, dq, qi.
fn integers(pkcs8: &[u8]) -> Vec<Vec<u8>> {
    fn next(bytes: &mut &[u8]) -> (u8, Vec<u8>) {
        let (tag, mut length, mut at) = (bytes[0], usize::from(bytes[1]), 2);
        if length > 0x80 {
            at += length - 0x80;
            length = bytes[2..at]
                .iter()
                .fold(0, |all, one| all << 8 | usize::from(*one));
        }
        let inner = bytes[at..at + length].to_vec();
        *bytes = &bytes[at + length..];
        (tag, inner)
    }
    let (_, whole) = next(&mut &*pkcs8);
    let mut parts = whole.as_slice();
    let key = loop {
        if let (4, key) = next(&mut parts) {
            break key;
        }
    };
    let (_, numbers) = next(&mut key.as_slice());
    let mut rest = numbers.as_slice();
    let mut all = Vec::new();
    while !rest.is_empty() {
        let (_, number) = next(&mut rest);
        let zeros = number.iter().take_while(|byte| **byte == 0).count();
        all.push(number[zeros..].to_vec());
    }
    all
}

#[tokio::test]
async fn keys_as_json_sign_as_those_in_a_pem_do() {
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    let numbers = integers(AsDer::<Pkcs8V1Der<'_>>::as_der(&rsa).unwrap().as_ref());
    let mut jwk = json!({ "kty": "RSA", "kid": "from-the-key" });
    for (name, number) in ["n", "e", "d", "p", "q", "dp", "dq", "qi"]
        .iter()
        .zip(&numbers[1..])
    {
        jwk[name] = URL_SAFE_NO_PAD.encode(number).into();
    }
    let mut keys = vec![(
        jwk,
        "RS256",
        UnparsedPublicKey::new(
            &RSA_PKCS1_2048_8192_SHA256 as &dyn VerificationAlgorithm,
            rsa.public_key().as_ref().to_vec(),
        ),
    )];
    let curves: [(_, _, _, &dyn VerificationAlgorithm); 3] = [
        (
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            "P-256",
            "ES256",
            &ECDSA_P256_SHA256_FIXED,
        ),
        (
            &ECDSA_P384_SHA384_FIXED_SIGNING,
            "P-384",
            "ES384",
            &ECDSA_P384_SHA384_FIXED,
        ),
        (
            &ECDSA_P521_SHA512_FIXED_SIGNING,
            "P-521",
            "ES512",
            &ECDSA_P521_SHA512_FIXED,
        ),
    ];
    for (signing, name, algorithm, verifying) in curves {
        let pair = EcdsaKeyPair::generate(signing).unwrap();
        let point = pair.public_key().as_ref();
        let (x, y) = point[1..].split_at(point.len() / 2);
        let private: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
        let text = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        keys.push((
            json!({ "kty": "EC", "crv": name, "kid": "from-the-key", "x": text(x), "y": text(y), "d": text(private.as_ref()) }),
            algorithm,
            UnparsedPublicKey::new(verifying, point.to_vec()),
        ));
    }
    for (jwk, algorithm, public) in keys {
        let key = ClientKey::read(&Secret::new(jwk.to_string()), None).unwrap();
        let endpoint = "https://acme.okta.com/oauth2/v1/token".parse().unwrap();
        let jwt = key.assertion("0oa1", &endpoint, EPOCH).unwrap();
        let (header, _, text, signature) = split(jwt.expose());
        assert_eq!(
            header,
            json!({ "typ": "JWT", "alg": algorithm, "kid": "from-the-key" })
        );
        public.verify(text.as_bytes(), &signature).unwrap();
        // the public half is no key to log in with, and nothing of either is told
        let mut half = jwk.clone();
        half.as_object_mut().unwrap().remove("d");
        let problem = ClientKey::read(&Secret::new(half.to_string()), None)
            .err()
            .unwrap();
        assert_eq!(
            problem.to_string(),
            "it has no `d`: this is the public half"
        );
        let mut other = jwk.clone();
        other["d"] = URL_SAFE_NO_PAD.encode([7; 32]).into();
        assert!(ClientKey::read(&Secret::new(other.to_string()), None).is_err());
    }
}

#[test]
fn a_key_that_is_none_is_told_without_it() {
    for text in [
        "sup3rs3cret",
        "-----BEGIN PRIVATE KEY-----\nsup3r!\n-----END",
        "-----BEGIN ENCRYPTED PRIVATE KEY-----\nsup3r\n-----END",
        r#"{ "kty": "EC", "d": "sup3r" "#,
        r#"{ "kty": "EC", "crv": "sup3r", "d": "sup3r" }"#,
        r#"{ "kty": "sup3r" }"#,
        r#"{ "kty": "RSA", "n": "sup3r!", "d": 7 }"#,
        "",
    ] {
        let error = open(
            "https://a.okta.com",
            &Secret::new(text),
            false,
            &Arc::default(),
        )
        .unwrap_err();
        assert!(matches!(error, VendorError::Setup { .. }));
        assert!(!format!("{error:?} {error}").contains("sup3r"), "{error:?}");
    }
}
