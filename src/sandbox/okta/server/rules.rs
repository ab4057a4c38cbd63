use super::super::http::{Answer, Call, Refusal, Reply, id};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::rule_body::Body;
use super::{Lifetimes, Policy, PolicyRule, RuleConditions, Server, order, policies};

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
