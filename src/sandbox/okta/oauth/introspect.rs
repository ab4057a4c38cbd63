use serde_json::{Map, Value, json};

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::jose::Jws;
use super::super::server::SigningKey;
use super::super::state::OktaState;
use super::client_auth::{authenticate, field};

/// `POST /oauth2/{server}/v1/introspect` (RFC 7662): what it cannot verify is just not active.
pub(crate) fn introspect(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    answer(state, call, &server.keys)
}

/// `POST /oauth2/v1/introspect`: tokens for the management API.
pub(crate) fn org(state: &OktaState, call: &Call) -> Answer {
    answer(state, call, state.org_key.as_slice())
}

fn answer(state: &OktaState, call: &Call, keys: &[SigningKey]) -> Answer {
    let form = call.form();
    let caller = authenticate(state, call, &form)?.client_id.clone();
    let token = field(&form, "token").ok_or_else(|| {
        Refusal::oauth_request("invalid_request", "The 'token' parameter is required.")
    })?;
    let claims = verify(keys, call, token);
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
        "token_type": if claims.contains_key("cnf") { "DPoP" } else { "Bearer" },
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

/// The claims of a token that one of these keys signed and that still lives.
fn verify(keys: &[SigningKey], call: &Call, token: &str) -> Option<Map<String, Value>> {
    let jws = Jws::read(token)?;
    let key = keys.iter().find(|key| jws.head("kid") == Some(&key.kid))?;
    let alive = jws.time("exp")? > call.now.as_second();
    (alive && jws.is_signed_by(&key.published()?)).then_some(jws.claims)
}
