use serde::Deserialize;

use super::super::http::{Answer, Call, Refusal, Reply, id};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::claim::GroupFilter;
use super::{Claim, ClaimType, Server, ValueType, servers};

/// Payload names that a claim cannot take over.
const RESERVED: [&str; 11] = [
    "acr",
    "aud",
    "auth_time",
    "cid",
    "exp",
    "iat",
    "iss",
    "jti",
    "scp",
    "uid",
    "ver",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<String>,
    status: Option<Status>,
    claim_type: Option<ClaimType>,
    value_type: Option<ValueType>,
    value: Option<String>,
    conditions: Option<Conditions>,
    always_include_in_token: Option<bool>,
    #[serde(rename = "group_filter_type")]
    group_filter_type: Option<GroupFilter>,
}

#[derive(Deserialize)]
struct Conditions {
    scopes: Option<Vec<String>>,
}

impl Body {
    fn into_claim(self, id: String, system: bool) -> Result<Claim, Refusal> {
        let name = self.name.filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::blank("name"))?;
        let claim_type = self.claim_type.ok_or_else(|| Refusal::blank("claimType"))?;
        let value_type = self.value_type.ok_or_else(|| Refusal::blank("valueType"))?;
        let value = self.value.filter(|value| !value.is_empty());
        let groups = value_type == ValueType::Groups;
        if value_type != ValueType::System && value.is_none() {
            return Err(Refusal::blank("value"));
        }
        if groups && self.group_filter_type.is_none() {
            return Err(Refusal::blank("group_filter_type"));
        }
        Ok(Claim {
            id,
            name,
            status: self.status.unwrap_or(Status::Active),
            kind: claim_type,
            value_type,
            value: value.filter(|_| value_type != ValueType::System),
            scopes: self
                .conditions
                .and_then(|conditions| conditions.scopes)
                .unwrap_or_default(),
            system,
            always: claim_type == ClaimType::Resource
                || self.always_include_in_token.unwrap_or(true),
            group_filter: self.group_filter_type.filter(|_| groups),
        })
    }
}

fn find<'a>(server: &'a Server, id: &str) -> Result<&'a Claim, Refusal> {
    server
        .claims
        .iter()
        .find(|claim| claim.id == id)
        .ok_or_else(|| Refusal::not_found(id, "Claim"))
}

fn targets(server: &Server, claim: &Claim) -> Vec<Target> {
    vec![
        Target::new("Claim", &claim.id, &claim.name),
        servers::target(server),
    ]
}

/// Rules that need the rest of the server. Expressions are not read here: Okta does that at token time.
fn check(server: &Server, claim: &Claim) -> Result<(), Refusal> {
    if RESERVED.contains(&claim.name.as_str()) {
        return Err(Refusal::invalid("name", "The name is reserved."));
    }
    let same = |other: &Claim| other.kind == claim.kind && other.name == claim.name;
    if server
        .claims
        .iter()
        .any(|other| other.id != claim.id && same(other))
    {
        return Err(Refusal::taken("name"));
    }
    let known = |name: &String| server.scopes.iter().any(|scope| scope.name == *name);
    if !claim.scopes.iter().all(known) {
        return Err(Refusal::invalid(
            "conditions.scopes",
            "One or more scopes are not configured for the authorization server.",
        ));
    }
    Ok(())
}

/// `GET …/claims`: never in pages.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let href = server.href(&call.origin);
    let all: Vec<_> = server
        .claims
        .iter()
        .map(|claim| claim.wire(&href))
        .collect();
    Ok(Reply::ok(all.into()))
}

/// `GET …/claims/{claim}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let claim = find(server, call.param("claim"))?;
    Ok(Reply::ok(claim.wire(&server.href(&call.origin))))
}

/// `POST …/claims`.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let claim = call.json::<Body>()?.into_claim(id("ocl"), false)?;
    if claim.value_type == ValueType::System {
        return Err(Refusal::invalid(
            "valueType",
            "System claims cannot be created.",
        ));
    }
    check(server, &claim)?;
    let wire = claim.wire(&server.href(&call.origin));
    let targets = targets(server, &claim);
    server.claims.push(claim);
    state.record(call, "oauth2.claim.created", targets);
    Ok(Reply::created(wire))
}

/// `PUT …/claims/{claim}`: of a system claim only the subject's value or the inclusion can change.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let old = find(server, call.param("claim"))?.clone();
    let claim = call
        .json::<Body>()?
        .into_claim(old.id.clone(), old.system)?;
    if old.kind != claim.kind {
        return Err(Refusal::invalid(
            "claimType",
            "The claim type cannot be changed.",
        ));
    }
    if old.system {
        let allowed = Claim {
            value: if old.value.is_some() {
                claim.value.clone()
            } else {
                None
            },
            always: claim.always,
            ..old.clone()
        };
        if allowed != claim {
            return Err(Refusal::invalid(
                "name",
                "System claims cannot be changed this way.",
            ));
        }
    } else if claim.value_type == ValueType::System {
        return Err(Refusal::invalid(
            "valueType",
            "System claims cannot be created.",
        ));
    }
    check(server, &claim)?;
    if let Some(place) = server.claims.iter_mut().find(|other| other.id == claim.id) {
        *place = claim.clone();
    }
    let wire = claim.wire(&server.href(&call.origin));
    let targets = targets(server, &claim);
    if claim != old {
        state.record(call, "oauth2.claim.updated", targets);
    }
    Ok(Reply::ok(wire))
}

/// `DELETE …/claims/{claim}`: system claims stay.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let claim = find(server, call.param("claim"))?.clone();
    if claim.system {
        return Err(Refusal::forbidden());
    }
    server.claims.retain(|other| other.id != claim.id);
    let targets = targets(server, &claim);
    state.record(call, "oauth2.claim.deleted", targets);
    Ok(Reply::empty())
}
