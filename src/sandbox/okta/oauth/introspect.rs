use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value, json};

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::state::OktaState;
use super::client_auth::{authenticate, field};

/// `POST /oauth2/{server}/v1/introspect` (RFC 7662): what it cannot verify is just not active.
pub(crate) fn introspect(state: &mut OktaState, call: &Call) -> Answer {
    state.server(call.param("server"))?;
    let form = call.form();
    let caller = authenticate(state, call, &form)?.client_id.clone();
    let token = field(&form, "token").ok_or_else(|| {
        Refusal::oauth_request("invalid_request", "The 'token' parameter is required.")
    })?;
    let claims = verify(state, call, token)?;
    // Clients may ask about their own tokens only.
    let Some(claims) = claims.filter(|claims| claims.get("cid") == Some(&caller.clone().into()))
    else {
        return Ok(Reply::ok(json!({ "active": false })));
    };
    let of = |name: &str| claims.get(name).cloned().unwrap_or(Value::Null);
    let scopes: Vec<&str> = claims
        .get("scp")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    let mut wire = json!({
        "active": true,
        "scope": scopes.join(" "),
        "username": of("sub"),
        "exp": of("exp"),
        "iat": of("iat"),
        "sub": of("sub"),
        "aud": of("aud"),
        "iss": of("iss"),
        "jti": of("jti"),
        "token_type": "Bearer",
        "client_id": of("cid"),
    });
    if let Some(wire) = wire.as_object_mut() {
        for (name, value) in claims {
            if !["ver", "cid", "scp"].contains(&name.as_str()) && !wire.contains_key(&name) {
                wire.insert(name, value);
            }
        }
    }
    Ok(Reply::ok(wire))
}

fn verify(
    state: &mut OktaState,
    call: &Call,
    token: &str,
) -> Result<Option<Map<String, Value>>, Refusal> {
    let server = state.server_mut(call.param("server"))?;
    let issuer = server.issuer(&call.origin);
    let kid = decode_header(token).ok().and_then(|header| header.kid);
    let Some(key) = server
        .keys
        .iter_mut()
        .find(|key| kid.as_ref() == Some(&key.kid))
    else {
        return Ok(None);
    };
    let (n, e) = key.public()?;
    let Ok(key) = DecodingKey::from_rsa_components(&n, e) else {
        return Ok(None);
    };
    let mut validation = Validation::new(Algorithm::RS256);
    validation.set_issuer(&[issuer]);
    validation.validate_aud = false;
    // The sandbox's clock can be moved, so the time is looked at here.
    validation.validate_exp = false;
    let claims = decode::<Map<String, Value>>(token, &key, &validation).ok();
    let alive = |claims: &Map<String, Value>| {
        claims
            .get("exp")
            .and_then(Value::as_i64)
            .is_some_and(|exp| exp > call.now.as_second())
    };
    Ok(claims.map(|data| data.claims).filter(alive))
}

/// `POST /oauth2/v1/introspect`: the org has issued no tokens.
pub(crate) fn org(state: &OktaState, call: &Call) -> Answer {
    let form = call.form();
    authenticate(state, call, &form)?;
    if field(&form, "token").is_none() {
        return Err(Refusal::oauth_request(
            "invalid_request",
            "The 'token' parameter is required.",
        ));
    }
    Ok(Reply::ok(json!({ "active": false })))
}
