use serde_json::{Map, Value, json};

use super::super::app::App;
use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::log::Target;
use super::super::server::{ClaimType, Server, ValueType};
use super::super::state::{OktaState, Status};
use super::client_auth::{authenticate, claimed, field};
use super::expression::{self, Facts};
use super::grant::{Granted, decide};
use super::sign::{bind, sign, stem};

const GRANT: &str = "client_credentials";

/// `POST /oauth2/{server}/v1/token`: client credentials (RFC 6749, 4.4).
pub(crate) fn mint(state: &mut OktaState, call: &Call) -> Answer {
    let answer = try_mint(state, call);
    if let Err(refusal) = &answer {
        let client = claimed(call, &call.form());
        let kind = "app.oauth2.as.token.grant";
        state.record_refusal(call, kind, client.as_deref(), refusal.reason());
    }
    answer
}

fn try_mint(state: &mut OktaState, call: &Call) -> Answer {
    let id = call.param("server");
    let server = state.server(id)?;
    if server.status == Status::Inactive {
        return Err(Refusal::not_found(id, "AuthorizationServer"));
    }
    let form = call.form();
    let grant = field(&form, "grant_type");
    if grant.is_none() {
        return Err(no_grant());
    }
    let app = authenticate(state, call, &form)?.clone();
    check_grant(&app, grant)?;
    let bound = bind(&app, call)?;
    let granted = decide(server, &app.client_id, field(&form, "scope"))?;
    let scope = granted.scopes.join(" ");
    let seconds = granted.minutes * 60;
    let payload = payload(server, &app, &granted, bound.as_deref(), call)?;
    let target = Target::new("AppInstance", &app.id, &app.label);
    let server = state.server_mut(id)?;
    let mut keys = server.keys.iter_mut();
    let key = keys.find(|key| key.is_active());
    let token = sign(key.ok_or_else(Refusal::read_only)?, &payload)?;
    state.record(call, "app.oauth2.as.token.grant.access_token", vec![target]);
    Ok(Reply::ok(json!({
        "token_type": if bound.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": seconds,
        "access_token": token,
        "scope": scope,
    })))
}

fn no_grant() -> Refusal {
    Refusal::oauth_request("invalid_request", "The 'grant_type' parameter is required.")
}

/// Whether the grant is the one that there is, and one of the client's.
pub(super) fn check_grant(app: &App, grant: Option<&str>) -> Result<(), Refusal> {
    if grant.ok_or_else(no_grant)? != GRANT {
        return Err(Refusal::oauth_request(
            "unsupported_grant_type",
            "The authorization grant type is not supported by the authorization server.",
        ));
    }
    if app.oauth.grants(GRANT) {
        return Ok(());
    }
    let grants = app.oauth.grant_types.as_deref().unwrap_or_default();
    Err(Refusal::oauth_request(
        "unauthorized_client",
        format!(
            "The client is not authorized to use the provided grant type. Configured grant types: [{}].",
            grants.join(", ")
        ),
    ))
}

fn payload(
    server: &Server,
    app: &App,
    granted: &Granted<'_>,
    bound: Option<&str>,
    call: &Call,
) -> Result<Map<String, Value>, Refusal> {
    let issuer = server.issuer(&call.origin);
    let audience = server.audiences.first().map_or("", String::as_str);
    let mut payload = stem(&issuer, audience, granted.minutes * 60, call);
    let mut add = |key: &str, value: Value| payload.insert(key.to_owned(), value);
    if let Some(thumb) = bound {
        add("cnf", json!({ "jkt": thumb }));
    }
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
