//! The few endpoints about the org itself: its metadata, its admin, its API tokens.

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::http::{Answer, Call, Refusal, Reply, stamp};
use super::log::Target;
use super::state::{ApiToken, OktaState, TOKEN_DAYS};

/// `GET /.well-known/okta-organization`: public; the pipeline is that of new orgs.
pub(crate) fn metadata(state: &OktaState, call: &Call) -> Reply {
    Reply::ok(json!({
        "id": state.id,
        "cell": "ok1",
        "pipeline": "idx",
        "settings": {
            "analyticsCollectionEnabled": false,
            "bugReportingEnabled": true,
            "omEnabled": true,
        },
        "_links": {
            "organization": { "href": call.origin },
            "alternate": { "href": call.origin },
        },
    }))
}

fn user(state: &OktaState, origin: &str) -> Value {
    let user = &state.user;
    let created = stamp(user.created);
    let href = format!("{origin}/api/v1/users/{}", user.id);
    json!({
        "id": user.id,
        "status": "ACTIVE",
        "created": created,
        "activated": created,
        "statusChanged": created,
        "lastLogin": created,
        "lastUpdated": created,
        "passwordChanged": created,
        "type": { "id": format!("oty{}", user.id.get(3..).unwrap_or_default()) },
        "profile": {
            "firstName": user.first_name,
            "lastName": user.last_name,
            "mobilePhone": null,
            "secondEmail": null,
            "login": user.login,
            "email": user.login,
        },
        "credentials": {
            "emails": [{ "value": user.login, "status": "VERIFIED", "type": "PRIMARY" }],
            "provider": { "type": "OKTA", "name": "OKTA" },
        },
        "_links": { "self": { "href": href } },
    })
}

/// `GET /api/v1/users/me`: the token's owner.
pub(crate) fn me(state: &OktaState, call: &Call) -> Reply {
    Reply::ok(user(state, &call.origin))
}

/// `GET /api/v1/policies`: the one access policy, for who looks for it.
pub(crate) fn policies(state: &OktaState, call: &Call) -> Answer {
    let kind = call.query("type").ok_or_else(|| Refusal::blank("type"))?;
    if kind != "ACCESS_POLICY" {
        return Ok(Reply::ok(Value::Array(Vec::new())));
    }
    let origin = &call.origin;
    let this = format!("<{origin}/api/v1/policies?type=ACCESS_POLICY>; rel=\"self\"");
    let created = stamp(state.user.created);
    let href = format!("{}/api/v1/policies/{}", call.origin, state.access_policy);
    Ok(Reply::ok(json!([{
        "id": state.access_policy,
        "status": "ACTIVE",
        "name": "Any two factors",
        "description": "Require two factors to access.",
        "priority": 1,
        "system": true,
        "conditions": null,
        "created": created,
        "lastUpdated": created,
        "_links": {
            "self": { "href": href, "hints": { "allow": ["GET", "PUT"] } },
            "rules": { "href": format!("{href}/rules"), "hints": { "allow": ["GET", "POST"] } },
        },
        "_embedded": { "resourceType": "APP" },
        "type": "ACCESS_POLICY",
    }]))
    .with_links(vec![this]))
}

fn wire(state: &OktaState, token: &ApiToken, origin: &str) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "userId": state.user.id,
        "clientName": "Okta API",
        "tokenWindow": format!("P{TOKEN_DAYS}D"),
        "network": token.network,
        "expiresAt": stamp(token.expires),
        "created": stamp(token.created),
        "lastUpdated": stamp(token.last_updated),
        "_links": {
            "self": {
                "href": format!("{origin}/api/v1/api-tokens/{}", token.id),
                "hints": { "allow": ["GET", "DELETE"] },
            },
            "user": {
                "href": format!("{origin}/api/v1/users/{}", state.user.id),
                "hints": { "allow": ["GET"] },
            },
        },
    })
}

fn find<'a>(state: &'a OktaState, id: &str, now: Timestamp) -> Result<&'a ApiToken, Refusal> {
    state
        .tokens
        .iter()
        .find(|token| token.id == id && token.is_alive(now))
        .ok_or_else(|| Refusal::not_found(id, "ApiToken"))
}

/// `GET /api/v1/api-tokens`: the living ones, never the values.
pub(crate) fn list_tokens(state: &OktaState, call: &Call) -> Reply {
    let all: Vec<_> = state
        .tokens
        .iter()
        .filter(|token| token.is_alive(call.now))
        .map(|token| wire(state, token, &call.origin))
        .collect();
    Reply::ok(all.into())
}

/// `GET /api/v1/api-tokens/{token}`.
pub(crate) fn read_token(state: &OktaState, call: &Call) -> Answer {
    let token = find(state, call.param("token"), call.now)?;
    Ok(Reply::ok(wire(state, token, &call.origin)))
}

#[derive(Deserialize)]
struct Body {
    name: Option<String>,
    network: Option<serde_json::Map<String, Value>>,
}

/// `PUT /api/v1/api-tokens/{token}`: name and network; the expiry stays (recorded).
pub(crate) fn replace_token(state: &mut OktaState, call: &Call) -> Answer {
    find(state, call.param("token"), call.now)?;
    let body: Body = call.json()?;
    if let Some(token) = state
        .tokens
        .iter_mut()
        .find(|token| token.id == call.param("token"))
    {
        if let Some(name) = body.name.filter(|name| !name.is_empty()) {
            token.name = name;
        }
        if let Some(network) = body.network {
            token.network = network.into();
        }
        token.last_updated = call.now;
    }
    let token = find(state, call.param("token"), call.now)?;
    let wire = wire(state, token, &call.origin);
    let target = Target::new("Token", &token.id, &token.name);
    state.record(call, "system.api_token.update", vec![target]);
    Ok(Reply::ok(wire))
}

/// `DELETE /api/v1/api-tokens/{token}`; `current` is the caller's own.
pub(crate) fn delete_token(state: &mut OktaState, call: &Call) -> Answer {
    let id = match call.param("token") {
        "current" => call.caller.token_id.clone(),
        id => id.to_owned(),
    };
    let token = find(state, &id, call.now)?;
    let target = Target::new("Token", &token.id, &token.name);
    state.tokens.retain(|token| token.id != id);
    state.record(call, "system.api_token.revoke", vec![target]);
    Ok(Reply::empty())
}
