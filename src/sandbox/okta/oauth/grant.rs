use axum::http::StatusCode;

use super::super::http::Refusal;
use super::super::server::{Consent, PolicyRule, Scope, Server};
use super::super::state::Status;

const GRANT: &str = "client_credentials";

/// What a policy lets a client have.
#[derive(Debug)]
pub(super) struct Granted<'a> {
    /// Names of scopes, as asked for.
    pub(super) scopes: Vec<&'a str>,
    /// Minutes that the access token lives.
    pub(super) minutes: i64,
}

/// Decides which scopes a client gets by client credentials: first the scopes themselves, then the first
/// policy and rule that speak of this client, this grant and these scopes.
pub(super) fn decide<'a>(
    server: &'a Server,
    client_id: &str,
    asked: Option<&str>,
) -> Result<Granted<'a>, Refusal> {
    let wanted = wanted(server, asked)?;
    let rules = rules(server, client_id);
    let Some(first) = rules.first() else {
        return Err(Refusal::oauth(
            StatusCode::UNAUTHORIZED,
            "access_denied",
            "Policy evaluation failed for this request, please check the policy configurations.",
        ));
    };
    let all = |rule: &&&PolicyRule| wanted.iter().all(|scope| rule.allows(&scope.name));
    if let Some(rule) = rules.iter().find(all) {
        return Ok(Granted {
            scopes: wanted.iter().map(|scope| scope.name.as_str()).collect(),
            minutes: rule.lifetimes.access,
        });
    }
    let (allowed, denied): (Vec<&Scope>, Vec<&Scope>) = wanted
        .into_iter()
        .partition(|scope| first.allows(&scope.name));
    // Nobody asked for the default scopes by name, so a policy may leave some out.
    if asked.is_none() && !allowed.is_empty() {
        return Ok(Granted {
            scopes: allowed.iter().map(|scope| scope.name.as_str()).collect(),
            minutes: first.lifetimes.access,
        });
    }
    if allowed.is_empty() {
        return Err(Refusal::oauth_request(
            "access_denied",
            "Policy evaluation succeeded, but all the requested scopes were rejected.",
        ));
    }
    let denied: Vec<&str> = denied.iter().map(|scope| scope.name.as_str()).collect();
    Err(Refusal::oauth_request(
        "access_denied",
        format!(
            "Some of the requested scopes were denied by the policy. Denied scopes: [{}].",
            denied.join(", ")
        ),
    ))
}

/// The scopes that are asked for, or the default ones; each has to exist and to need nobody's consent.
fn wanted<'a>(server: &'a Server, asked: Option<&str>) -> Result<Vec<&'a Scope>, Refusal> {
    let mut wanted: Vec<&Scope> = Vec::new();
    for name in asked.unwrap_or_default().split_whitespace() {
        let scope = server.scopes.iter().find(|scope| scope.name == name);
        let scope = scope.ok_or_else(|| {
            Refusal::oauth_request(
                "invalid_scope",
                "One or more scopes are not configured for the authorization server resource.",
            )
        })?;
        if name == "openid" {
            return Err(Refusal::oauth_request(
                "invalid_scope",
                "Cannot request 'openid' scopes using client credentials.",
            ));
        }
        if !wanted.iter().any(|known| known.name == name) {
            wanted.push(scope);
        }
    }
    if asked.is_none() {
        wanted = server.scopes.iter().filter(|scope| scope.default).collect();
    }
    if wanted.is_empty() {
        return Err(Refusal::oauth_request(
            "invalid_scope",
            "The authorization server resource does not have any configured default scopes, 'scope' must be provided.",
        ));
    }
    let consent: Vec<&str> = wanted
        .iter()
        .filter(|scope| scope.consent == Consent::Required)
        .map(|scope| scope.name.as_str())
        .collect();
    if !consent.is_empty() {
        return Err(Refusal::oauth_request(
            "consent_required",
            format!(
                "The following scopes require user consent and cannot be granted for the client credentials grant type: [{}].",
                consent.join(", ")
            ),
        ));
    }
    Ok(wanted)
}

/// The active rules of active policies that speak of this client and this grant, in order of priority.
fn rules<'a>(server: &'a Server, client_id: &str) -> Vec<&'a PolicyRule> {
    server
        .policies
        .iter()
        .filter(|policy| policy.status == Status::Active && policy.covers(client_id))
        .flat_map(|policy| &policy.rules)
        .filter(|rule| rule.status == Status::Active)
        .filter(|rule| {
            rule.conditions
                .grant_types
                .iter()
                .any(|grant| grant == GRANT)
        })
        .collect()
}
