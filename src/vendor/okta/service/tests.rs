use std::collections::HashSet;
use std::sync::Arc;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _,
    RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey,
};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value as Json, json};
use sha2::{Digest as _, Sha256};

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

fn token(text: &str) -> Step {
    on("POST /oauth2/v1/token").json(
        200,
        &json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": text, "scope": "okta.apps.manage okta.apps.read" }),
    )
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
            .header("dpop-nonce", "nonce-1"),
        token("access-token-1"),
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
        assert_eq!(
            form(&asked.body, "scope"),
            "okta.apps.read okta.apps.manage"
        );
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
    let reader = open(&fake.url, &pem, false, &Arc::default()).unwrap();
    let error = reader.get("/api/v1/x").await.unwrap_err();
    assert!(error.unreachable());
    assert!(error.hints()[0].contains("`okta.apps.manage`"), "{error:?}");
    fake.finish();
}

#[test]
fn a_key_that_is_none_is_told_without_it() {
    for text in [
        "sup3rs3cret",
        "-----BEGIN PRIVATE KEY-----\nsup3r!\n-----END",
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
