use axum::http::StatusCode;
use serde_json::{Map, Value, json};

use super::super::app::{App, ApplicationType};
use super::super::http::{Answer, Call, Refusal, Reply, is_known};
use super::super::log::Target;
use super::super::server::{KeyStatus, SigningKey};
use super::super::state::OktaState;
use super::client_auth::{authenticate, claimed, field};
use super::sign::{bind, sign, stem};
use super::token::check_grant;

/// Seconds that an access token for the management API lives.
const LIFE: i64 = 3_600;
/// What people are asked for at this server; a machine has none of it.
const OF_PEOPLE: [&str; 9] = [
    "openid",
    "profile",
    "email",
    "address",
    "phone",
    "offline_access",
    "device_sso",
    "online_access",
    "groups",
];

/// `POST /oauth2/v1/token`: access to the management API for service applications with a key.
pub(crate) fn mint(state: &mut OktaState, call: &Call) -> Answer {
    let answer = try_mint(state, call);
    if let Err(refusal) = &answer {
        let client = claimed(call, &call.form());
        let kind = "app.oauth2.token.grant";
        state.record_refusal(call, kind, client.as_deref(), refusal.reason());
    }
    answer
}

fn try_mint(state: &mut OktaState, call: &Call) -> Answer {
    let form = call.form();
    let grant = field(&form, "grant_type").map(str::to_owned);
    let app = authenticate(state, call, &form)?.clone();
    check_grant(&app, grant.as_deref())?;
    let by_key = app.auth_method == "private_key_jwt";
    if !by_key || app.oauth.kind() != ApplicationType::Service {
        return Err(Refusal::oauth(
            StatusCode::UNAUTHORIZED,
            "invalid_client",
            "Client Credentials requests to the Org Authorization Server must use the private_key_jwt token_endpoint_auth_method.",
        ));
    }
    let bound = bind(&app, call)?;
    let scopes = granted(&app, field(&form, "scope"))?;
    let scope = scopes.join(" ");
    let mut payload = stem(&call.origin, &call.origin, LIFE, call);
    describe(&mut payload, &app, &scopes, bound.as_deref());
    let key = state
        .org_key
        .get_or_insert_with(|| SigningKey::new(KeyStatus::Active, call.now));
    let token = sign(key, &payload)?;
    let target = Target::new("AppInstance", &app.id, &app.label);
    state.record(call, "app.oauth2.token.grant.access_token", vec![target]);
    Ok(Reply::ok(json!({
        "token_type": if bound.is_some() { "DPoP" } else { "Bearer" },
        "expires_in": LIFE,
        "access_token": token,
        "scope": scope,
    })))
}

fn describe(payload: &mut Map<String, Value>, app: &App, scopes: &[String], bound: Option<&str>) {
    let mut add = |key: &str, value: Value| payload.insert(key.to_owned(), value);
    if let Some(thumb) = bound {
        add("cnf", json!({ "jkt": thumb }));
    }
    add("cid", app.client_id.clone().into());
    add("scp", json!(scopes));
    add("sub", app.client_id.clone().into());
}

/// Of the scopes asked for those that an admin granted; the others are dropped without a word.
fn granted(app: &App, asked: Option<&str>) -> Result<Vec<String>, Refusal> {
    let refuse = |description: &str| Err(Refusal::oauth_request("invalid_scope", description));
    let mut granted: Vec<String> = Vec::new();
    for scope in asked.unwrap_or_default().split_whitespace() {
        if scope == "openid" {
            return refuse("Cannot request 'openid' scopes using client credentials.");
        }
        if !scope.starts_with("okta.") && !OF_PEOPLE.contains(&scope) {
            return refuse("Custom scopes are not allowed for this request.");
        }
        if scope.starts_with("okta.") && !is_known(scope) {
            return refuse(
                "One or more scopes are not configured for the authorization server resource.",
            );
        }
        let given = app.grants.iter().any(|grant| grant.scope == scope);
        if given && !granted.iter().any(|known| known == scope) {
            granted.push(scope.to_owned());
        }
    }
    if !granted.is_empty() {
        return Ok(granted);
    }
    if asked.is_none_or(|asked| asked.trim().is_empty()) {
        return refuse(
            "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        );
    }
    refuse("The requested scopes are not granted to the client.")
}
