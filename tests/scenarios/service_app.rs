//! Okta by OAuth: a service app with a key of its own, `DPoP`, and clocks that differ.

use aws_lc_rs::encoding::{AsBigEndian, AsDer, EcPrivateKeyBin, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::common::{Test, Vendors};

const READ: &str = "okta.authorizationServers.read";
const MANAGE: &str = "okta.authorizationServers.manage";

/// A key as it stands in a SOPS file, and its public half for the app.
struct Key {
    private: String,
    public: Value,
}

impl Key {
    fn ec() -> (EcdsaKeyPair, Value) {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let point = pair.public_key().as_ref();
        let public = json!({
            "kty": "EC", "crv": "P-256", "kid": "of-the-test", "use": "sig",
            "x": URL_SAFE_NO_PAD.encode(&point[1..33]),
            "y": URL_SAFE_NO_PAD.encode(&point[33..65]),
        });
        (pair, public)
    }

    /// As Okta's console shows it.
    fn jwk() -> Self {
        let (pair, public) = Self::ec();
        let private: EcPrivateKeyBin<'_> = pair.private_key().as_be_bytes().unwrap();
        let mut all = public.clone();
        all["d"] = URL_SAFE_NO_PAD.encode(private.as_ref()).into();
        Self {
            private: all.to_string(),
            public,
        }
    }

    fn ec_pem() -> Self {
        let (pair, public) = Self::ec();
        Self {
            private: pem(pair.to_pkcs8v1().unwrap().as_ref()),
            public,
        }
    }

    fn rsa_pem() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let modulus = pair.public_key().modulus();
        let modulus = modulus.big_endian_without_leading_zero();
        let n = URL_SAFE_NO_PAD.encode(modulus);
        Self {
            private: pem(AsDer::<Pkcs8V1Der<'_>>::as_der(&pair).unwrap().as_ref()),
            public: json!({ "kty": "RSA", "e": "AQAB", "n": n, "kid": "of-the-test", "use": "sig" }),
        }
    }
}

fn pem(der: &[u8]) -> String {
    let body = STANDARD.encode(der);
    format!("-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n")
}

/// Makes the app, and has the document log in by it.
fn service_app(test: &mut Test, key: &Key, dpop: bool, scopes: &[&str]) {
    let vendors = test.vendors();
    let made = vendors.okta(
        "POST",
        "/api/v1/apps",
        &json!({
            "name": "oidc_client", "label": "dcrsync", "signOnMode": "OPENID_CONNECT",
            "credentials": { "oauthClient": { "token_endpoint_auth_method": "private_key_jwt" } },
            "settings": { "oauthClient": {
                "application_type": "service", "grant_types": ["client_credentials"],
                "dpop_bound_access_tokens": dpop, "jwks": { "keys": [key.public] },
            } },
        }),
    );
    let id = made["id"].as_str().unwrap().to_owned();
    for scope in scopes {
        let grant = json!({ "issuer": vendors.okta, "scopeId": scope });
        vendors.okta("POST", &format!("/api/v1/apps/{id}/grants"), &grant);
    }
    vendors.forget();
    test.secret("okta.key", &key.private);
    test.edit(
        "  token: { sops: okta.token }\n",
        &format!(
            "  oauth: {{ client_id: {id}, private_key: {{ sops: okta.key }}, dpop: {dpop} }}\n"
        ),
    );
}

/// Tokens that were asked for, and the answers.
fn tokens(vendors: &Vendors) -> Vec<u64> {
    let requests = vendors.requests();
    let asked = requests
        .iter()
        .filter(|request| request["path"] == "/oauth2/v1/token");
    asked
        .map(|request| request["status"].as_u64().unwrap())
        .collect()
}

#[test]
fn a_service_app_plans_and_applies_with_each_form_of_key() {
    for (key, dpop) in [
        (Key::jwk(), true),
        (Key::ec_pem(), false),
        (Key::rsa_pem(), true),
    ] {
        let mut test = Test::shop();
        service_app(&mut test, &key, dpop, &[READ, MANAGE]);
        let _ = test.quietly(&["plan"]).code(0);
        // one token for all requests; with DPoP the first answer is the nonce
        let nonce: &[u64] = if dpop { &[400] } else { &[] };
        assert_eq!(tokens(test.vendors()), [nonce, &[200]].concat());
        let run = test.quietly(&["apply", "--auto-approve"]).code(0);
        assert!(!run.all().contains(&key.private), "{}", run.all());
        let _ = test.quietly(&["plan", "--detailed-exitcode"]).code(0);
    }
}

#[test]
fn planning_needs_no_scope_that_writes() {
    let mut test = Test::settled();
    service_app(&mut test, &Key::jwk(), true, &[READ]);
    test.edit("Read orders", "Read all orders");
    let plan = test.quietly(&["plan", "--output", "json"]).code(0).json();
    assert_eq!(plan["steps"].as_array().unwrap().len(), 1, "{plan}");
    let run = test.quietly(&["apply", "--auto-approve"]).code(4);
    let hint = format!("hint: grant the scope `{MANAGE}` to the application that logs in");
    assert!(run.stdout.contains(&hint), "{}", run.all());
    let writes = test.vendors().writes();
    assert!(
        writes
            .iter()
            .all(|write| write.ends_with("/oauth2/v1/token")),
        "{writes:?}"
    );
}

#[test]
fn a_scope_that_was_not_granted_is_named() {
    let mut test = Test::shop();
    service_app(&mut test, &Key::jwk(), false, &["okta.apps.read"]);
    let run = test.quietly(&["plan"]).code(4);
    let hint = format!("hint: grant the scope `{READ}` to the application that logs in");
    assert!(run.stderr.contains(&hint), "{}", run.stderr);
}

#[test]
fn a_wrong_key_is_exit_4_with_a_way_out() {
    let mut test = Test::shop();
    let (right, wrong) = (Key::jwk(), Key::jwk());
    service_app(&mut test, &right, true, &[READ, MANAGE]);
    test.secret("okta.key", &wrong.private);
    for command in [&["plan"][..], &["apply", "--auto-approve"]] {
        let run = test.quietly(command).code(4);
        for told in [
            "Okta does not accept the login for `POST /oauth2/v1/token` (401 invalid_client): The client_assertion signature is invalid.",
            "hint: check `client_id` and `private_key` of `okta.oauth`",
        ] {
            assert!(run.stderr.contains(told), "{}", run.stderr);
        }
        assert!(!run.all().contains(&wrong.private));
    }
    assert_eq!(
        tokens(test.vendors()),
        [401, 401],
        "a key is not tried again"
    );
    // another key's name, as after a rotation of which Okta knows nothing
    let other = right.private.replace("of-the-test", "of-yesterday");
    test.secret("okta.key", &other);
    let run = test.quietly(&["plan"]).code(4);
    assert!(run.stderr.contains("`okta.oauth.key_id`"), "{}", run.stderr);
    // a key that is none is a mistake in the document
    test.secret("okta.key", "no key at all");
    let run = test.quietly(&["plan"]).code(1);
    assert!(run.stderr.contains("it is no JWK"), "{}", run.stderr);
}

#[test]
fn an_app_that_requires_dpop_says_so() {
    let mut test = Test::shop();
    service_app(&mut test, &Key::jwk(), true, &[READ]);
    test.edit("dpop: true", "dpop: false");
    let run = test.quietly(&["plan"]).code(4);
    assert!(
        run.stderr
            .contains("hint: the service app requires DPoP: set `okta.oauth.dpop: true`"),
        "{}",
        run.stderr
    );
}

#[test]
fn clocks_may_differ_by_more_than_five_minutes() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state.json");
    let args = ["--state", state.to_str().unwrap()];
    let mut vendors = Vendors::with(&args);
    vendors.stop();
    for seconds in [-310, 310, 7_200] {
        let mut kept: Value =
            serde_json::from_str(&std::fs::read_to_string(&state).unwrap()).unwrap();
        kept["clock_offset"] = seconds.into();
        std::fs::write(&state, kept.to_string()).unwrap();
        let mut test = Test::shop_with(Vendors::with(&args));
        service_app(&mut test, &Key::jwk(), true, &[READ, MANAGE]);
        let run = test.quietly(&["plan", "-v"]).code(0);
        assert!(
            run.stderr
                .contains("Okta's clock differs from this machine's"),
            "{seconds}: {}",
            run.stderr
        );
        let apply = [
            "apply",
            "--auto-approve",
            "--target",
            "okta.scope.default/orders.read",
        ];
        let _ = test.quietly(&apply).code(0);
    }
}
