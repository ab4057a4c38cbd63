use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value as Json, json};
use url::Url;

use super::{Metadata, Probe, TokenError, claims};
use crate::base::Secret;
use crate::vendor::fake::{Fake, FakeClock, on, options};

const ISSUER: &str = "https://acme.okta.com/oauth2/default";

fn probe() -> Probe {
    Probe::new(Arc::default(), options(&Arc::new(FakeClock::default())))
}

fn metadata(fake: &Fake) -> Metadata {
    Metadata {
        issuer: fake.url.clone(),
        token_endpoint: Url::parse(&format!("{}/v1/token", fake.url)).unwrap(),
        jwks_uri: Url::parse(&format!("{}/v1/keys", fake.url)).unwrap(),
    }
}

/// An issuer's key, made and used without the library that checks the tokens.
struct Key(EcdsaKeyPair);

impl Key {
    fn new() -> Self {
        Self(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap())
    }

    fn jwks(&self) -> Json {
        let point = self.0.public_key().as_ref();
        let (x, y) = (&point[1..33], &point[33..65]);
        json!({ "keys": [
            { "kty": "of-the-future", "kid": "other" },
            { "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "k1",
              "x": URL_SAFE_NO_PAD.encode(x), "y": URL_SAFE_NO_PAD.encode(y) },
        ] })
    }

    fn sign(&self, kid: &str, claims: &Json) -> Secret {
        let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let head = part(&json!({ "alg": "ES256", "typ": "JWT", "kid": kid }));
        let text = format!("{head}.{}", part(claims));
        let signature = self.0.sign(&SystemRandom::new(), text.as_bytes()).unwrap();
        Secret::new(format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }
}

fn good() -> Json {
    json!({ "iss": ISSUER, "exp": 4_000_000_000_u64, "aud": "api://default", "client_id": "0oa1", "scp": ["a"] })
}

#[test]
fn claims_of_a_good_token_are_read() {
    let key = Key::new();
    let token = key.sign("k1", &good());
    assert_eq!(
        claims::verified(&token, &key.jwks(), ISSUER).unwrap(),
        good()
    );
}

#[test]
fn a_token_that_is_not_the_issuers_is_refused() {
    let key = Key::new();
    let check = |token: &Secret| claims::verified(token, &key.jwks(), ISSUER).unwrap_err();

    let foreign = Key::new().sign("k1", &good());
    assert!(matches!(check(&foreign), TokenError::Invalid(_)));
    let unknown = key.sign("k2", &good());
    assert!(matches!(check(&unknown), TokenError::UnknownKey { .. }));
    let mut claims = good();
    claims["iss"] = json!("https://evil.example");
    assert!(matches!(
        check(&key.sign("k1", &claims)),
        TokenError::Invalid(_)
    ));
    claims = good();
    claims["exp"] = json!(1_000_000_000);
    assert!(matches!(
        check(&key.sign("k1", &claims)),
        TokenError::Invalid(_)
    ));
    assert!(matches!(
        check(&Secret::new("opaque")),
        TokenError::NotJwt(_)
    ));

    // Signed with the public key as a shared secret, or not at all.
    let part = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
    let shared = json!({ "alg": "HS256", "typ": "JWT", "kid": "k1" });
    let forged = Secret::new(format!("{}.{}.AAAA", part(&shared), part(&good())));
    assert!(matches!(check(&forged), TokenError::UnknownKey { .. }));
    let none = json!({ "alg": "none", "typ": "JWT", "kid": "k1" });
    let forged = Secret::new(format!("{}.{}.", part(&none), part(&good())));
    assert!(matches!(check(&forged), TokenError::NotJwt(_)));
}

#[tokio::test]
async fn an_issuer_is_discovered_where_it_says_so() {
    let body = json!({ "issuer": "{base}/oauth2/default", "token_endpoint": "{base}/oauth2/default/v1/token", "jwks_uri": "{base}/oauth2/default/v1/keys" });
    let fake = Fake::start([
        on("GET /oauth2/default/.well-known/openid-configuration").json(404, &json!({})),
        on("GET /oauth2/default/.well-known/oauth-authorization-server").json(200, &body),
    ])
    .await;
    let issuer = format!("{}/oauth2/default/", fake.url);
    let metadata = probe().discover(&issuer).await.unwrap();
    assert_eq!(format!("{}/", metadata.issuer), issuer);
    assert_eq!(metadata.token_endpoint.path(), "/oauth2/default/v1/token");
    assert_eq!(metadata.jwks_uri.path(), "/oauth2/default/v1/keys");
    fake.finish();
}

#[tokio::test]
async fn metadata_of_another_issuer_or_over_http_is_refused() {
    let discover = async |body: Json| {
        let fake =
            Fake::start([on("GET /.well-known/openid-configuration").json(200, &body)]).await;
        let result = probe().discover(&fake.url).await;
        fake.finish();
        result.unwrap_err()
    };
    let other = json!({ "issuer": "https://evil.example", "token_endpoint": "{base}/t", "jwks_uri": "{base}/k" });
    assert!(matches!(
        discover(other).await,
        TokenError::OtherIssuer { .. }
    ));
    let plain = json!({ "issuer": "{base}", "token_endpoint": "http://evil.example/t", "jwks_uri": "{base}/k" });
    assert!(matches!(discover(plain).await, TokenError::Vendor(_)));
    let partial = json!({ "issuer": "{base}", "token_endpoint": "{base}/t" });
    assert!(matches!(
        discover(partial).await,
        TokenError::Missing("jwks_uri")
    ));
}

#[tokio::test]
async fn a_token_is_asked_for_as_the_client_itself() {
    let fake = Fake::start([on("POST /v1/token").json(
        200,
        &json!({ "token_type": "Bearer", "expires_in": 3600, "access_token": "eyJ.a.b", "scope": "a" }),
    )])
    .await;
    let secret = Secret::new("s3cret:with+odd");
    let token = probe()
        .client_credentials(&metadata(&fake), "0oa1", &secret, &["a", "b"])
        .await
        .unwrap();
    assert_eq!(token.access_token.expose(), "eyJ.a.b");
    assert_eq!(
        (token.scope.as_slice(), token.expires_in),
        (["a".to_owned()].as_slice(), Some(3600))
    );
    let seen = fake.finish();
    assert_eq!(seen[0].body, "grant_type=client_credentials&scope=a+b");
    // RFC 6749, section 2.3.1: `0oa1:s3cret%3Awith%2Bodd` in base64.
    assert_eq!(
        seen[0].header("authorization"),
        Some("Basic MG9hMTpzM2NyZXQlM0F3aXRoJTJCb2Rk")
    );
}

#[tokio::test]
async fn an_oauth_error_is_told_in_its_own_words() {
    let description =
        "One or more scopes are not configured for the authorization server resource.";
    let fake = Fake::start([on("POST /v1/token").json(
        400,
        &json!({ "error": "invalid_scope", "error_description": description }),
    )])
    .await;
    let error = probe()
        .client_credentials(&metadata(&fake), "0oa1", &Secret::new("secret1"), &["x"])
        .await
        .unwrap_err();
    assert_eq!(error.oauth(), Some(("invalid_scope", description)));
    fake.finish();
}

#[tokio::test]
async fn the_gateway_is_called_with_basic_and_any_status_is_an_answer() {
    for (status, body, message) in [
        (200, "plain words", ""),
        (401, r#"{"message":"Unauthorized"}"#, "Unauthorized"),
        (403, r#"{"message":"Forbidden"}"#, "Forbidden"),
        (404, "<html>no route</html>", "no route"),
    ] {
        let fake = Fake::start([on("GET /orders?a=b").text(status, "text/plain", body)]).await;
        let called = probe()
            .call(
                &format!("{}/orders?a=b", fake.url),
                "id",
                &Secret::new("secret"),
            )
            .await
            .unwrap();
        assert_eq!(called.status, status);
        assert!(called.message.contains(message), "{called:?}");
        // base64 of `id:secret`
        assert_eq!(
            fake.finish()[0].header("authorization"),
            Some("Basic aWQ6c2VjcmV0")
        );
    }
}
