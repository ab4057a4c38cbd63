//! Known answers of the standards.

use serde_json::json;

use super::{Jws, thumbprint};

/// RFC 7515, appendix A.3.
const ES256: &str = "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

#[test]
fn a_signature_of_the_standard_is_believed_and_no_other() {
    let key = json!({
        "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
    });
    let jws = Jws::read(ES256).unwrap();
    assert_eq!(
        (jws.text("iss"), jws.time("exp")),
        (Some("joe"), Some(1_300_819_380))
    );
    assert!(jws.is_signed_by(&key));
    for (name, value) in [
        ("crv", "P-384"),
        ("alg", "ES384"),
        ("kty", "RSA"),
        ("x", "AAAA"),
    ] {
        let mut other = key.clone();
        other[name] = json!(value);
        assert!(!jws.is_signed_by(&other), "{name}");
    }
    let (start, signature) = ES256.rsplit_once('.').unwrap();
    let forged = format!("{}A.{signature}", start.strip_suffix('Q').unwrap());
    assert!(Jws::read(&forged).is_none_or(|jws| !jws.is_signed_by(&key)));
}

#[test]
fn a_public_key_is_no_secret() {
    // whoever knows the public key must not be able to sign with it
    let jws = Jws::read(ES256).unwrap();
    assert!(!jws.is_signed_with("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU"));
    assert!(Jws::read("eyJhbGciOiJub25lIn0.e30.").is_some_and(|jws| {
        !jws.is_signed_by(&json!({ "kty": "EC" })) && !jws.is_signed_with("")
    }));
}

/// RFC 7638, section 3.1.
#[test]
fn a_thumbprint_is_that_of_the_standard() {
    let key = json!({
        "kty": "RSA", "alg": "RS256", "kid": "2011-04-29", "e": "AQAB",
        "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    });
    let wanted = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    assert_eq!(thumbprint(&key).as_deref(), Some(wanted));
}
