use serde::Deserialize;
use serde_json::Value;

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::state::OktaState;
use super::key::{KeyFailure, KeyStatus, SigningKey};
use super::{Server, servers};

#[derive(Deserialize, Default)]
struct Rotation {
    #[serde(rename = "use")]
    purpose: Option<String>,
}

/// Making a key fails only on a broken machine; it is told as the maintenance it would need.
impl From<KeyFailure> for Refusal {
    fn from(_: KeyFailure) -> Self {
        Self::read_only()
    }
}

fn wires(server: &mut Server, origin: &str) -> Result<Vec<Value>, Refusal> {
    let href = server.href(origin);
    let mut wires = Vec::new();
    for key in &mut server.keys {
        wires.push(key.wire(&href)?);
    }
    Ok(wires)
}

/// `GET …/credentials/keys`: the active one, the next one, those before.
pub(crate) fn list(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    Ok(Reply::ok(wires(server, &call.origin)?.into()))
}

/// `GET …/credentials/keys/{key}`.
pub(crate) fn read(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let href = server.href(&call.origin);
    let kid = call.param("key");
    if let Some(key) = server.keys.iter_mut().find(|key| key.kid == kid) {
        return Ok(Reply::ok(key.wire(&href)?));
    }
    if !(server.default && is_key_id(kid)) {
        return Err(Refusal::not_found(kid, "AuthorizationServerJsonWebKey"));
    }
    // The built-in server is older than the sandbox, which does not know the keys that it had before.
    let mut keys = server.keys.iter_mut();
    let active = keys
        .find(|key| key.status == KeyStatus::Active)
        .ok_or(KeyFailure)?;
    // made before the copy, so that each answer shows the same one
    active.public()?;
    let mut earlier = active.clone();
    kid.clone_into(&mut earlier.kid);
    Ok(Reply::ok(earlier.wire(&href)?))
}

/// Tells whether a text has the form of Okta's key ids.
fn is_key_id(text: &str) -> bool {
    (20..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
}

/// `POST …/credentials/lifecycle/keyRotate`: the next key signs from now on, a new one waits.
pub(crate) fn rotate(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let body: Rotation = call.json_or_default()?;
    if body.purpose.as_deref() != Some("sig") {
        return Err(Refusal::invalid(
            "rotateKeys",
            "Invalid value specified for key 'use' parameter.",
        ));
    }
    // The one that expired before has signed nothing that still lives.
    server.keys.retain(|key| key.status != KeyStatus::Expired);
    for key in &mut server.keys {
        match key.status {
            KeyStatus::Active | KeyStatus::Expired => key.status = KeyStatus::Expired,
            KeyStatus::Next => {
                key.status = KeyStatus::Active;
                key.created = call.now;
            }
        }
    }
    server.keys.push(SigningKey::new(KeyStatus::Next, call.now));
    server
        .keys
        .sort_by_key(|key| key.status == KeyStatus::Expired);
    server.last_updated = call.now;
    let wires = wires(server, &call.origin)?;
    let target = servers::target(server);
    state.record(call, "oauth2.as.key.rollover", vec![target]);
    Ok(Reply::ok(wires.into()))
}

/// `DELETE …/clients/{client}/tokens`: there is nothing to revoke.
pub(crate) fn revoke_nothing(state: &OktaState, call: &Call) -> Answer {
    state.server(call.param("server"))?;
    Ok(Reply::empty())
}

/// `GET …/clients` and the lists below it: of clients with refresh tokens, which nobody here has.
pub(crate) fn no_clients(state: &OktaState, call: &Call) -> Answer {
    state.server(call.param("server"))?;
    Ok(Reply::ok(Value::Array(Vec::new())))
}
