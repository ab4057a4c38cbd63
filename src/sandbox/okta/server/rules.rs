use serde::Deserialize;
use serde_json::Value;

use super::super::history::Target;
use super::super::http::{Answer, Call, Refusal, Reply, id};
use super::super::state::{OktaState, Status};
use super::policies::{self, text};
use super::{Lifetimes, Policy, PolicyRule, RuleConditions, Server, order};

/// Grant types that bring a person with them, as the API's own message lists them.
const OF_PEOPLE: [&str; 3] = ["authorization_code", "implicit", "password"];

/// Grant types without a person in the rule.
const OTHERS: [&str; 12] = [
    "client_credentials",
    "refresh_token",
    "interaction_code",
    "urn:ietf:params:oauth:grant-type:device_code",
    "urn:ietf:params:oauth:grant-type:token-exchange",
    "urn:ietf:params:oauth:grant-type:saml2-bearer",
    "urn:ietf:params:oauth:grant-type:jwt-bearer",
    "urn:openid:params:grant-type:ciba",
    "urn:okta:params:oauth:grant-type:otp",
    "urn:okta:params:oauth:grant-type:oob",
    "http://auth0.com/oauth/grant-type/mfa-otp",
    "http://auth0.com/oauth/grant-type/mfa-oob",
];

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Option<Kind>,
    name: Option<String>,
    priority: Option<i64>,
    status: Option<Status>,
    conditions: Option<Conditions>,
    actions: Option<Actions>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "RESOURCE_ACCESS")]
    ResourceAccess,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Conditions {
    people: Option<People>,
    grant_types: Option<Include>,
    scopes: Option<Include>,
}

#[derive(Deserialize)]
struct People {
    users: Option<Include>,
    groups: Option<Include>,
}

#[derive(Deserialize)]
struct Include {
    include: Option<Vec<String>>,
}

#[derive(Deserialize)]
struct Actions {
    token: Option<Token>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Token {
    access_token_lifetime_minutes: Option<i64>,
    refresh_token_lifetime_minutes: Option<i64>,
    refresh_token_window_minutes: Option<i64>,
    inline_hook: Option<Value>,
}

fn included(list: Option<Include>) -> Vec<String> {
    list.and_then(|list| list.include).unwrap_or_default()
}

impl Body {
    fn apply(self, rule: &mut PolicyRule) -> Result<(), Refusal> {
        let Some(Kind::ResourceAccess) = self.kind else {
            return Err(Refusal::blank("type"));
        };
        rule.name = text(self.name, "name", 100)?;
        let conditions = self
            .conditions
            .ok_or_else(|| Refusal::blank("conditions"))?;
        rule.conditions = read_conditions(conditions)?;
        rule.lifetimes = read_lifetimes(self.actions.and_then(|actions| actions.token))?;
        if let Some(status) = self.status {
            rule.status = status;
        }
        Ok(())
    }
}

/// A grant type that nobody knows is taken for one of people, as the real API does: a misspelt one is
/// answered with a complaint about people.
fn read_conditions(sent: Conditions) -> Result<RuleConditions, Refusal> {
    let (users, groups) = sent.people.map_or_else(Default::default, |people| {
        (included(people.users), included(people.groups))
    });
    let mut grant_types = included(sent.grant_types);
    if grant_types.is_empty() {
        return Err(Refusal::blank("conditions.grantTypes"));
    }
    grant_types.sort();
    grant_types.dedup();
    let other = |grant: &String| OTHERS.contains(&grant.as_str());
    if users.is_empty() && groups.is_empty() && !grant_types.iter().all(other) {
        return Err(Refusal::invalid(
            "conditions.people",
            "At least one of 'conditions.people.users.include' or 'conditions.people.groups.include' must name a valid user or group \
             when 'conditions.grantTypes' has one or more of [authorization_code, implicit, password].",
        ));
    }
    let known = |grant: &String| other(grant) || OF_PEOPLE.contains(&grant.as_str());
    if !grant_types.iter().all(known) {
        return Err(Refusal::invalid(
            "conditions.grantTypes",
            "One or more grant types are not supported.",
        ));
    }
    Ok(RuleConditions {
        users,
        groups,
        grant_types,
        scopes: included(sent.scopes),
    })
}

fn read_lifetimes(sent: Option<Token>) -> Result<Lifetimes, Refusal> {
    let usual = Lifetimes::default();
    let Some(sent) = sent else { return Ok(usual) };
    let lifetimes = Lifetimes {
        access: sent.access_token_lifetime_minutes.unwrap_or(usual.access),
        refresh: sent.refresh_token_lifetime_minutes.unwrap_or(usual.refresh),
        window: sent.refresh_token_window_minutes.unwrap_or(usual.window),
        hook: sent.inline_hook,
    };
    let refuse = |field: &str, reason: &str| {
        Err(Refusal::invalid(&format!("actions.token.{field}"), reason))
    };
    if !(5..=1_440).contains(&lifetimes.access) {
        return refuse(
            "accessTokenLifetimeMinutes",
            "The value must be from 5 to 1440.",
        );
    }
    if lifetimes.refresh != 0 && lifetimes.refresh < lifetimes.access {
        return refuse(
            "refreshTokenLifetimeMinutes",
            "The value must be 0 or at least that of the access token.",
        );
    }
    if !(10..=2_628_000).contains(&lifetimes.window) || lifetimes.window < lifetimes.access {
        return refuse(
            "refreshTokenWindowMinutes",
            "The value must be from 10 to 2628000 and at least that of the access token.",
        );
    }
    if lifetimes.refresh != 0 && lifetimes.window > lifetimes.refresh {
        return refuse(
            "refreshTokenWindowMinutes",
            "The value must not be above the lifetime of the refresh token.",
        );
    }
    Ok(lifetimes)
}

fn unique(policy: &Policy, rule: &PolicyRule) -> Result<(), Refusal> {
    let same = |other: &&PolicyRule| other.id != rule.id && other.name == rule.name;
    match policy.rules.iter().find(same) {
        Some(_) => Err(Refusal::invalid("name", "Policy rule name already in use")),
        None => Ok(()),
    }
}

fn targets(server: &Server, policy: &Policy, rule: &PolicyRule) -> Vec<Target> {
    let mut targets = vec![Target::new("PolicyRule", &rule.id, &rule.name)];
    targets.extend(policies::targets(server, policy));
    targets
}

fn record(
    state: &mut OktaState,
    call: &Call,
    event: &str,
    rule: &PolicyRule,
) -> Result<(), Refusal> {
    let server = state.server(call.param("server"))?;
    let targets = targets(server, server.policy(call.param("policy"))?, rule);
    state.record(call, event, targets);
    Ok(())
}

/// `GET …/rules`: never in pages.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let policy = server.policy(call.param("policy"))?;
    let href = policy.href(&server.href(&call.origin));
    let all: Vec<_> = policy
        .rules
        .iter()
        .enumerate()
        .map(|(index, rule)| rule.wire(&href, order::priority(index)))
        .collect();
    Ok(Reply::ok(all.into()))
}

/// `GET …/rules/{rule}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let policy = server.policy(call.param("policy"))?;
    let (index, rule) = policy.rule(call.param("rule"))?;
    let href = policy.href(&server.href(&call.origin));
    Ok(Reply::ok(rule.wire(&href, order::priority(index))))
}

/// `POST …/rules`: without a priority it comes last.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let server_href = server.href(&call.origin);
    let policy = server.policy_mut(call.param("policy"))?;
    let body: Body = call.json()?;
    let wanted = body.priority;
    order::check(wanted)?;
    let mut rule = PolicyRule {
        id: id("0pr"),
        name: String::new(),
        status: Status::Active,
        system: false,
        conditions: RuleConditions {
            users: Vec::new(),
            groups: Vec::new(),
            grant_types: Vec::new(),
            scopes: Vec::new(),
        },
        lifetimes: Lifetimes::default(),
        created: call.now,
        last_updated: call.now,
    };
    body.apply(&mut rule)?;
    unique(policy, &rule)?;
    order::insert(&mut policy.rules, rule.clone(), wanted);
    let (index, _) = policy.rule(&rule.id)?;
    let wire = rule.wire(&policy.href(&server_href), order::priority(index));
    record(state, call, "policy.rule.add", &rule)?;
    Ok(Reply::created(wire))
}

/// `PUT …/rules/{rule}`: a missing priority or status stays as it is.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let server_href = server.href(&call.origin);
    let policy = server.policy_mut(call.param("policy"))?;
    let (index, old) = policy.rule(call.param("rule"))?;
    let old = old.clone();
    let body: Body = call.json()?;
    let wanted = body.priority;
    order::check(wanted)?;
    let mut rule = old.clone();
    body.apply(&mut rule)?;
    unique(policy, &rule)?;
    let moved = wanted.is_some_and(|wanted| usize::try_from(wanted) != Ok(order::priority(index)));
    let changed = rule != old || moved;
    if changed {
        rule.last_updated = call.now;
    }
    policy.rules.remove(index);
    let place = wanted.or(i64::try_from(order::priority(index)).ok());
    order::insert(&mut policy.rules, rule.clone(), place);
    let (index, _) = policy.rule(&rule.id)?;
    let wire = rule.wire(&policy.href(&server_href), order::priority(index));
    if changed {
        record(state, call, "policy.rule.update", &rule)?;
    }
    Ok(Reply::ok(wire))
}

/// `DELETE …/rules/{rule}`: the rules below move up.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let policy = server.policy_mut(call.param("policy"))?;
    let (index, rule) = policy.rule(call.param("rule"))?;
    if rule.system {
        return Err(Refusal::forbidden());
    }
    let rule = policy.rules.remove(index);
    record(state, call, "policy.rule.delete", &rule)?;
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Active, "policy.rule.activate")
}

/// `POST …/lifecycle/deactivate`.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Inactive, "policy.rule.deactivate")
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let policy = server.policy_mut(call.param("policy"))?;
    let (index, rule) = policy.rule(call.param("rule"))?;
    if rule.status == to {
        return Ok(Reply::empty());
    }
    let mut rule = rule.clone();
    rule.status = to;
    rule.last_updated = call.now;
    if let Some(place) = policy.rules.get_mut(index) {
        *place = rule.clone();
    }
    record(state, call, event, &rule)?;
    Ok(Reply::empty())
}
