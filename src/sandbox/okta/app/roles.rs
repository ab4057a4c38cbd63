use serde::Deserialize;

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::log::Target;
use super::super::state::OktaState;
use super::clients::{find, find_mut};
use super::role::Role;
use super::{App, apps};

#[derive(Deserialize)]
struct Body {
    #[serde(rename = "type")]
    kind: Option<String>,
}

fn href(app: &App, call: &Call) -> String {
    format!("{}/oauth2/v1/clients/{}", call.origin, app.client_id)
}

fn role<'a>(app: &'a App, call: &Call) -> Result<&'a Role, Refusal> {
    let id = call.param("role");
    app.roles
        .iter()
        .find(|role| role.id() == id)
        .ok_or_else(|| Refusal::not_found(id, "RoleAssignment"))
}

fn targets(app: &App, role: &Role) -> Vec<Target> {
    vec![
        Target::new("ROLE", &role.id(), role.label()),
        apps::target(app),
    ]
}

/// `GET /oauth2/v1/clients/{client}/roles`.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let app = find(state, call.param("client"))?;
    let href = href(app, call);
    let all: Vec<_> = app.roles.iter().map(|role| role.wire(&href)).collect();
    Ok(Reply::ok(all.into()))
}

/// `GET /oauth2/v1/clients/{client}/roles/{role}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = find(state, call.param("client"))?;
    Ok(Reply::ok(role(app, call)?.wire(&href(app, call))))
}

/// `POST /oauth2/v1/clients/{client}/roles`: standard roles only; answers 201 (recorded).
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let app = find_mut(state, call.param("client"))?;
    let body: Body = call.json()?;
    let kind = body.kind.filter(|kind| !kind.is_empty());
    let kind = kind.ok_or_else(|| Refusal::blank("type"))?;
    let role = Role::new(&kind, call.now)
        .ok_or_else(|| Refusal::invalid("type", "The role is no standard role."))?;
    if app.roles.iter().any(|known| known.kind == kind) {
        return Err(Refusal::role_taken());
    }
    let wire = role.wire(&href(app, call));
    let targets = targets(app, &role);
    app.roles.push(role);
    state.record(call, "user.account.privilege.grant", targets);
    Ok(Reply::created(wire))
}

/// `DELETE /oauth2/v1/clients/{client}/roles/{role}`.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = find_mut(state, call.param("client"))?;
    let role = role(app, call)?.clone();
    let targets = targets(app, &role);
    app.roles.retain(|known| *known != role);
    state.record(call, "user.account.privilege.revoke", targets);
    Ok(Reply::empty())
}
