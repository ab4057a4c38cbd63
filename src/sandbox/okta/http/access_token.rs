use axum::http::{StatusCode, header};
use serde_json::Value;

use super::super::jose::{Jws, ProofFault, Target, prove};
use super::super::state::{OktaState, Status};
use super::scope::needed;
use super::{Call, Caller, Refusal};

/// Signature algorithms of proofs, as challenges name them.
const ALGORITHMS: &str = "RS256 RS384 RS512 ES256 ES384 ES512";

/// How an access token is presented.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Scheme {
    /// By itself (RFC 6750).
    Bearer,
    /// With a proof (RFC 9449).
    Dpop,
}

/// Finds out which service application calls, and whether its token is good for this request.
pub(super) fn authenticate(
    state: &OktaState,
    call: &Call,
    scheme: Scheme,
    token: &str,
) -> Result<Caller, Refusal> {
    let scopes = needed(call.method(), call.path());
    let challenge =
        |error: &str, description: &str| challenge(call, scheme, &scopes, error, description);
    let unknown = || {
        Refusal::invalid_token().with_header(
            header::WWW_AUTHENTICATE,
            challenge("invalid_token", "The access token is invalid."),
        )
    };
    let jws = Jws::read(token).ok_or_else(unknown)?;
    let key = state
        .org_key
        .as_ref()
        .and_then(super::super::server::SigningKey::published);
    if !key.is_some_and(|key| jws.is_signed_by(&key)) {
        return Err(unknown());
    }
    if jws
        .time("exp")
        .is_none_or(|exp| exp <= call.now.as_second())
    {
        return Err(Refusal::invalid_token().with_header(
            header::WWW_AUTHENTICATE,
            challenge("invalid_token", "The token has expired."),
        ));
    }
    let app = jws.text("cid").and_then(|id| state.client(id));
    let app = app
        .filter(|app| app.status == Status::Active)
        .ok_or_else(unknown)?;
    let bound = jws.claims.get("cnf").and_then(|cnf| cnf.get("jkt"));
    prove_it(call, scheme, token, bound.and_then(Value::as_str)).map_err(|description| {
        Refusal::bad_proof().with_header(
            header::WWW_AUTHENTICATE,
            challenge("invalid_dpop_proof", &description),
        )
    })?;
    let has = |wanted: &String| {
        let granted = jws.claims.get("scp").and_then(Value::as_array);
        granted.is_some_and(|granted| granted.iter().any(|scope| scope == wanted))
    };
    if !scopes.iter().any(has) {
        return Err(Refusal::forbidden().with_header(
            header::WWW_AUTHENTICATE,
            challenge(
                "insufficient_scope",
                "The access token provided does not contain the required scopes.",
            ),
        ));
    }
    Ok(Caller::client(&app.client_id, &app.label))
}

/// A bound token needs its proof each time, one that is not bound must not have any.
fn prove_it(call: &Call, scheme: Scheme, token: &str, bound: Option<&str>) -> Result<(), String> {
    match (scheme, bound) {
        (Scheme::Bearer, None) => Ok(()),
        (Scheme::Bearer, Some(_)) => Err("The DPoP proof JWT header is missing.".to_owned()),
        (Scheme::Dpop, None) => Err("The access token is not bound to a key.".to_owned()),
        (Scheme::Dpop, Some(bound)) => {
            let target = Target {
                method: call.method().as_str(),
                urls: &call.urls(),
                token: Some(token),
                nonce: false,
            };
            match prove(&call.headers, &target, &call.memory, call.now) {
                Ok(thumb) if thumb == bound => Ok(()),
                Ok(_) => Err(
                    "The DPoP proof JWT is signed by another key than the token is bound to."
                        .to_owned(),
                ),
                Err(ProofFault::Invalid(description)) => Err(description),
                Err(ProofFault::Nonce) => {
                    Err("'nonce' claim in the DPoP proof JWT is invalid.".to_owned())
                }
            }
        }
    }
}

/// The challenge as Okta writes it, with the scope that a reader of the request would ask for.
fn challenge(
    call: &Call,
    scheme: Scheme,
    scopes: &[String],
    error: &str,
    description: &str,
) -> String {
    let scheme = match scheme {
        Scheme::Bearer => "Bearer".to_owned(),
        Scheme::Dpop => format!("DPoP algs=\"{ALGORITHMS}\","),
    };
    format!(
        "{scheme} authorization_uri=\"{0}/oauth2/v1/authorize\", realm=\"{0}\", scope=\"{1}\", \
         error=\"{error}\", error_description=\"{description}\", resource=\"{2}\"",
        call.origin,
        scopes.first().map_or("", String::as_str),
        call.path(),
    )
}

/// The token endpoint's answer to a proof that does not do.
pub(crate) fn proof_refusal(call: &Call, fault: ProofFault) -> Refusal {
    let refuse =
        |error, description: String| Refusal::oauth(StatusCode::BAD_REQUEST, error, description);
    match fault {
        ProofFault::Invalid(description) => refuse("invalid_dpop_proof", description),
        ProofFault::Nonce => refuse(
            "use_dpop_nonce",
            "Authorization server requires nonce in DPoP proof.".to_owned(),
        )
        .with_header(
            http::HeaderName::from_static("dpop-nonce"),
            call.memory.nonce(call.now),
        ),
    }
}
