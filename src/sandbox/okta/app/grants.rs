use serde::Deserialize;

use super::super::http::{Answer, Call, Refusal, Reply, is_known};
use super::super::log::Target;
use super::super::state::OktaState;
use super::grant::Grant;
use super::{App, apps};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    issuer: Option<String>,
    scope_id: Option<String>,
}

fn find<'a>(app: &'a App, id: &str) -> Result<&'a Grant, Refusal> {
    app.grants
        .iter()
        .find(|grant| grant.id == id)
        .ok_or_else(|| Refusal::not_found(id, "OAuth2ScopeConsentGrant"))
}

fn with_scope(call: &Call) -> bool {
    call.query("expand").as_deref() == Some("scope")
}

fn targets(app: &App, grant: &Grant) -> Vec<Target> {
    vec![
        Target::new("ScopeGrant", &grant.id, &grant.scope),
        apps::target(app),
    ]
}

/// `GET …/grants`: `expand=scope` embeds the scope.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    let all: Vec<_> = app
        .grants
        .iter()
        .map(|grant| grant.wire(app, &call.origin, with_scope(call)))
        .collect();
    Ok(Reply::ok(all.into()))
}

/// `GET …/grants/{grant}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    let grant = find(app, call.param("grant"))?;
    Ok(Reply::ok(grant.wire(app, &call.origin, with_scope(call))))
}

/// `POST …/grants`: a scope of the org's own authorization server.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let by = if call.caller.client_id.is_empty() {
        (state.user.id.clone(), "User".to_owned())
    } else {
        (call.caller.client_id.clone(), "Client".to_owned())
    };
    let app = state.app_mut(call.param("app"))?;
    let body: Body = call.json()?;
    let scope = body.scope_id.filter(|scope| !scope.is_empty());
    let scope = scope.ok_or_else(|| Refusal::blank("scopeId"))?;
    let issuer = body.issuer.ok_or_else(|| Refusal::blank("issuer"))?;
    if !call.is_origin(issuer.trim_end_matches('/')) {
        return Err(Refusal::invalid(
            "issuer",
            "The issuer must be that of the org's authorization server.",
        ));
    }
    if !is_known(&scope) {
        return Err(Refusal::invalid("scopeId", "The scope is not known."));
    }
    if app.grants.iter().any(|grant| grant.scope == scope) {
        return Err(Refusal::taken("scopeId"));
    }
    let grant = Grant::new(scope, by, call.now);
    let wire = grant.wire(app, &call.origin, false);
    let targets = targets(app, &grant);
    app.grants.push(grant);
    state.record(call, "app.oauth2.admin.consent.grant", targets);
    Ok(Reply::created(wire))
}

/// `DELETE …/grants/{grant}`: tokens that carry the scope live on.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    let grant = find(app, call.param("grant"))?.clone();
    let targets = targets(app, &grant);
    app.grants.retain(|other| other.id != grant.id);
    state.record(call, "app.oauth2.admin.consent.revoke", targets);
    Ok(Reply::empty())
}
