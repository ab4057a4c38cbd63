use axum::http::StatusCode;
use serde_json::Value;

use super::super::app::App;
use super::super::http::{Call, Refusal};
use super::super::jose::Jws;
use super::super::state::{OktaState, Status};
use super::client_auth::field;

/// The only kind of assertion (RFC 7523, 2.2).
const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds that an assertion may live at most.
const LONGEST: i64 = 3_600;

fn refuse(description: &str) -> Refusal {
    Refusal::oauth(StatusCode::UNAUTHORIZED, "invalid_client", description)
}

/// Finds the client that signed an assertion, by its key or its secret (RFC 7523, 3). The assertion is used
/// up by this, whatever becomes of the rest of the request.
pub(super) fn authenticate<'a>(
    state: &'a OktaState,
    call: &Call,
    form: &[(String, String)],
    assertion: &str,
) -> Result<&'a App, Refusal> {
    if field(form, "client_assertion_type") != Some(KIND) {
        return Err(refuse("The client_assertion_type is invalid."));
    }
    let jws = Jws::read(assertion)
        .ok_or_else(|| refuse("The parsing of the client_assertion failed."))?;
    let id = jws.text("sub").filter(|id| jws.text("iss") == Some(id));
    let id = id.ok_or_else(|| {
        refuse("The issuer and the subject of client_assertion must be the client_id.")
    })?;
    if field(form, "client_id").is_some_and(|told| told != id) {
        return Err(refuse(
            "The client_id of the request and the subject of client_assertion differ.",
        ));
    }
    let app = state
        .client(id)
        .filter(|app| app.status == Status::Active)
        .ok_or_else(Refusal::invalid_client)?;
    match app.auth_method.as_str() {
        "private_key_jwt" => check_key(app, &jws, call)?,
        "client_secret_jwt" => {
            let mut secrets = app.secrets.iter();
            let opens = |secret: &super::super::app::ClientSecret| {
                secret.status == Status::Active && jws.is_signed_with(&secret.value.0)
            };
            if !secrets.any(opens) {
                return Err(refuse("The client_assertion signature is invalid."));
            }
        }
        _ => return Err(Refusal::invalid_client()),
    }
    check_times(&jws, call)?;
    Ok(app)
}

/// The key is the one that the header names; who has but one need not name it.
fn check_key(app: &App, jws: &Jws<'_>, call: &Call) -> Result<(), Refusal> {
    let keys: Vec<&Value> = match (&app.oauth.jwks, &call.fetched_keys) {
        (Some(set), _) => set.active().collect(),
        (None, Some(fetched)) => fetched.0.iter().collect(),
        (None, None) => {
            return Err(refuse(
                "The client's keys cannot be fetched from its jwks_uri.",
            ));
        }
    };
    let mut keys = keys
        .into_iter()
        .filter(|key| key.get("use").and_then(Value::as_str) != Some("enc"));
    let key = match jws.head("kid") {
        Some(kid) => keys.find(|key| key.get("kid").and_then(Value::as_str) == Some(kid)),
        None => keys.next().filter(|_| keys.next().is_none()),
    };
    let key = key.ok_or_else(|| refuse("The client_assertion JWT kid is invalid."))?;
    if jws.is_signed_by(key) {
        Ok(())
    } else {
        Err(refuse("The client_assertion signature is invalid."))
    }
}

fn check_times(jws: &Jws<'_>, call: &Call) -> Result<(), Refusal> {
    if !jws.is_for(&call.urls()) {
        return Err(refuse(
            "The audience claim for client_assertion must be the endpoint invoked for the request.",
        ));
    }
    let now = call.now.as_second();
    let ends = jws
        .time("exp")
        .ok_or_else(|| refuse("The client_assertion token must have an expiration."))?;
    if ends <= now {
        return Err(refuse("The client_assertion token is expired."));
    }
    if ends > now + LONGEST {
        return Err(refuse(
            "The client_assertion token has an expiration too far into the future.",
        ));
    }
    if let (Some(id), Some(client)) = (jws.text("jti"), jws.text("sub")) {
        let id = format!("assertion {client} {id}");
        if !call.memory.spend(id, ends, call.now) {
            return Err(refuse("The client_assertion token has already been used."));
        }
    }
    Ok(())
}
