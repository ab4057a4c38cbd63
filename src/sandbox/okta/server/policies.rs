use serde::Deserialize;

use super::super::http::{Answer, Call, Refusal, Reply, id};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::{Policy, Server, order, servers};

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Option<Kind>,
    name: Option<String>,
    description: Option<String>,
    priority: Option<i64>,
    status: Option<Status>,
    conditions: Option<Conditions>,
}

#[derive(Deserialize)]
enum Kind {
    #[serde(rename = "OAUTH_AUTHORIZATION_POLICY")]
    Authorization,
}

#[derive(Deserialize)]
struct Conditions {
    clients: Option<Clients>,
}

#[derive(Deserialize)]
struct Clients {
    include: Option<Vec<String>>,
}

impl Body {
    fn apply(self, policy: &mut Policy) -> Result<(), Refusal> {
        let Some(Kind::Authorization) = self.kind else {
            return Err(Refusal::blank("type"));
        };
        policy.name = text(self.name, "name", 100)?;
        policy.description = text(self.description, "description", 255)?;
        policy.clients = self
            .conditions
            .and_then(|conditions| conditions.clients)
            .and_then(|clients| clients.include)
            .filter(|include| !include.is_empty())
            .ok_or_else(|| Refusal::blank("conditions.clients.include"))?;
        if let Some(status) = self.status {
            policy.status = status;
        }
        Ok(())
    }
}

/// A required text of a bounded length, in characters.
pub(super) fn text(text: Option<String>, field: &str, most: usize) -> Result<String, Refusal> {
    let text = text.filter(|text| !text.trim().is_empty());
    let text = text.ok_or_else(|| Refusal::blank(field))?;
    if text.chars().count() > most {
        let reason = format!("The field must not be longer than {most} characters.");
        return Err(Refusal::invalid(field, &reason));
    }
    Ok(text)
}

fn at(server: &Server, id: &str) -> Result<usize, Refusal> {
    server
        .policies
        .iter()
        .position(|policy| policy.id == id)
        .ok_or_else(|| Refusal::not_found(id, "Policy"))
}

/// What an event says of a policy.
pub(super) fn targets(server: &Server, policy: &Policy) -> Vec<Target> {
    vec![
        Target::new("PolicyEntity", &policy.id, &policy.name),
        servers::target(server),
    ]
}

fn unique(server: &Server, policy: &Policy) -> Result<(), Refusal> {
    let same = |other: &&Policy| other.id != policy.id && other.name == policy.name;
    match server.policies.iter().find(same) {
        Some(_) => Err(Refusal::invalid("name", "Policy name already in use")),
        None => Ok(()),
    }
}

/// `GET …/policies`: never in pages.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let href = server.href(&call.origin);
    let all: Vec<_> = server
        .policies
        .iter()
        .enumerate()
        .map(|(index, policy)| policy.wire(&href, order::priority(index)))
        .collect();
    Ok(Reply::ok(all.into()))
}

/// `GET …/policies/{policy}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let index = at(server, call.param("policy"))?;
    let policy = server.policy(call.param("policy"))?;
    let href = server.href(&call.origin);
    Ok(Reply::ok(policy.wire(&href, order::priority(index))))
}

/// `POST …/policies`: without a priority it comes last.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let body: Body = call.json()?;
    let wanted = body.priority;
    order::check(wanted)?;
    let mut policy = Policy {
        id: id("00p"),
        name: String::new(),
        description: String::new(),
        status: Status::Active,
        system: false,
        clients: Vec::new(),
        created: call.now,
        last_updated: call.now,
        rules: Vec::new(),
    };
    body.apply(&mut policy)?;
    unique(server, &policy)?;
    let id = policy.id.clone();
    let targets = targets(server, &policy);
    order::insert(&mut server.policies, policy, wanted);
    let index = at(server, &id)?;
    let wire = server
        .policy(&id)?
        .wire(&server.href(&call.origin), order::priority(index));
    state.record(call, "policy.lifecycle.create", targets);
    Ok(Reply::created(wire))
}

/// `PUT …/policies/{policy}`: a missing priority or status stays as it is.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let index = at(server, call.param("policy"))?;
    let body: Body = call.json()?;
    let wanted = body.priority;
    order::check(wanted)?;
    let old = server.policy(call.param("policy"))?.clone();
    let mut policy = old.clone();
    body.apply(&mut policy)?;
    unique(server, &policy)?;
    let moved = wanted.is_some_and(|wanted| usize::try_from(wanted) != Ok(order::priority(index)));
    let changed = policy != old || moved;
    if changed {
        policy.last_updated = call.now;
    }
    let targets = targets(server, &policy);
    server.policies.remove(index);
    let place = wanted.or(i64::try_from(order::priority(index)).ok());
    order::insert(&mut server.policies, policy, place);
    let index = at(server, &old.id)?;
    let wire = server
        .policy(&old.id)?
        .wire(&server.href(&call.origin), order::priority(index));
    if changed {
        state.record(call, "policy.lifecycle.update", targets);
    }
    Ok(Reply::ok(wire))
}

/// `DELETE …/policies/{policy}`: its rules go with it, the policies below move up.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let index = at(server, call.param("policy"))?;
    let policy = server.policy(call.param("policy"))?;
    if policy.system {
        return Err(Refusal::forbidden());
    }
    let targets = targets(server, policy);
    server.policies.remove(index);
    state.record(call, "policy.lifecycle.delete", targets);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Active, "policy.lifecycle.activate")
}

/// `POST …/lifecycle/deactivate`.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Inactive, "policy.lifecycle.deactivate")
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let policy = server.policy_mut(call.param("policy"))?;
    if policy.status == to {
        return Ok(Reply::empty());
    }
    policy.status = to;
    policy.last_updated = call.now;
    let policy = policy.clone();
    let targets = targets(server, &policy);
    state.record(call, event, targets);
    Ok(Reply::empty())
}
