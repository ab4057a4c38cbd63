use axum::http::StatusCode;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use serde_json::{Map, Value, json};

use super::super::app::App;
use super::super::history::Target;
use super::super::http::{Answer, Call, Refusal, Reply, random_text};
use super::super::server::{ClaimType, Server, ValueType};
use super::super::state::{OktaState, Status};
use super::client_auth::{authenticate, field};
use super::expression::{self, Facts};
use super::grant::{Granted, decide};

const GRANT: &str = "client_credentials";

/// `POST /oauth2/{server}/v1/token`: client credentials (RFC 6749, 4.4).
pub(crate) fn mint(state: &mut OktaState, call: &Call) -> Answer {
    let id = call.param("server");
    let server = state.server(id)?;
    if server.status == Status::Inactive {
        return Err(Refusal::not_found(id, "AuthorizationServer"));
    }
    let form = call.form();
    let grant = field(&form, "grant_type").ok_or_else(|| {
        Refusal::oauth_request("invalid_request", "The 'grant_type' parameter is required.")
    })?;
    let app = authenticate(state, call, &form)?.clone();
    if grant != GRANT {
        return Err(Refusal::oauth_request(
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ));
    }
    if !app.oauth.grants(GRANT) {
        return Err(Refusal::oauth_request(
            "unauthorized_client",
            format!(
                "The client is not authorized to use the provided grant type. Configured grant types: [{}].",
                app.oauth
                    .grant_types
                    .as_deref()
                    .unwrap_or_default()
                    .join(", ")
            ),
        ));
    }
    let granted = decide(server, &app.client_id, field(&form, "scope"))?;
    let scope = granted.scopes.join(" ");
    let seconds = granted.minutes * 60;
    let payload = payload(server, &app, &granted, call)?;
    let target = Target::new("AppInstance", &app.id, &app.label);
    let token = sign(state.server_mut(id)?, &payload)?;
    state.record(call, "app.oauth2.as.token.grant.access_token", vec![target]);
    Ok(Reply::ok(json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "access_token": token,
        "scope": scope,
    })))
}

fn payload(
    server: &Server,
    app: &App,
    granted: &Granted<'_>,
    call: &Call,
) -> Result<Map<String, Value>, Refusal> {
    let now = call.now.as_second();
    let mut payload = Map::new();
    let mut add = |key: &str, value: Value| payload.insert(key.to_owned(), value);
    add("ver", 1.into());
    add("jti", format!("AT.{}", random_text(32)).into());
    add("iss", server.issuer(&call.origin).into());
    add("aud", server.audiences.first().cloned().into());
    add("iat", now.into());
    add("exp", (now + granted.minutes * 60).into());
    add("cid", app.client_id.clone().into());
    add("scp", json!(granted.scopes));
    let facts = Facts {
        client_id: &app.client_id,
        label: &app.label,
        profile: app.profile.as_ref(),
        scopes: &granted.scopes,
    };
    for claim in &server.claims {
        let scoped = claim.scopes.is_empty()
            || claim
                .scopes
                .iter()
                .any(|scope| granted.scopes.contains(&scope.as_str()));
        let wanted = claim.kind == ClaimType::Resource && claim.status == Status::Active;
        // Nobody is there who could be in a group.
        let Some(expression) = claim
            .value
            .as_deref()
            .filter(|_| wanted && scoped && claim.value_type == ValueType::Expression)
        else {
            continue;
        };
        let value = expression::evaluate(expression, &facts).map_err(|_| {
            Refusal::oauth_request(
                "server_error",
                format!("The '{}' user claim could not be evaluated.", claim.name),
            )
        })?;
        if !value.is_null() {
            add(&claim.name, value);
        }
    }
    Ok(payload)
}

fn sign(server: &mut Server, payload: &Map<String, Value>) -> Result<String, Refusal> {
    let key = server
        .keys
        .iter_mut()
        .find(|key| key.is_active())
        .ok_or_else(Refusal::read_only)?;
    let mut header = Header::new(Algorithm::RS256);
    header.typ = None;
    header.kid = Some(key.kid.clone());
    let private = EncodingKey::from_rsa_der(&key.private()?);
    encode(&header, payload, &private).map_err(|_| Refusal::read_only())
}

/// `POST /oauth2/v1/token`: the org's own tokens are for clients with a key, which this org does not know yet.
pub(crate) fn org(state: &OktaState, call: &Call) -> Answer {
    let form = call.form();
    authenticate(state, call, &form)?;
    Err(Refusal::oauth(
        StatusCode::UNAUTHORIZED,
        "invalid_client",
        "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
    ))
}
