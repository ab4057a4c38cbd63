use serde::Deserialize;

use super::super::http::{Answer, Call, Page, Refusal, Reply, page};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::{IssuerMode, RotationMode, Server};
use crate::sandbox::Twist;

const PAGES: Page = Page {
    default: 200,
    most: 200,
    always_linked: false,
};

/// Since 2025 this name is Okta's.
const RESERVED: &str = "aerial";

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<String>,
    description: Option<String>,
    audiences: Option<Vec<String>>,
    issuer_mode: Option<IssuerMode>,
    credentials: Option<Credentials>,
}

#[derive(Deserialize)]
struct Credentials {
    signing: Option<Signing>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Signing {
    rotation_mode: Option<RotationMode>,
}

impl Body {
    /// Writes itself over a server; what is missing falls back to the default, as PUT replaces.
    fn apply(self, server: &mut Server) -> Result<(), Refusal> {
        let name = self.name.filter(|name| !name.trim().is_empty());
        let name = name.ok_or_else(|| Refusal::blank("name"))?;
        if name == RESERVED {
            return Err(Refusal::invalid("name", "The name is reserved."));
        }
        let audiences = self.audiences.unwrap_or_default();
        if audiences.iter().any(|audience| audience.trim().is_empty()) || audiences.is_empty() {
            return Err(Refusal::blank("audiences"));
        }
        if audiences.len() > 1 {
            return Err(Refusal::invalid(
                "audiences",
                "Only one audience is supported.",
            ));
        }
        server.name = name;
        server.audiences = audiences;
        server.description = self.description;
        server.issuer_mode = self.issuer_mode.unwrap_or(IssuerMode::OrgUrl);
        server.rotation_mode = self
            .credentials
            .and_then(|credentials| credentials.signing)
            .and_then(|signing| signing.rotation_mode)
            .unwrap_or(RotationMode::Auto);
        Ok(())
    }
}

/// What an event says of a server.
pub(crate) fn target(server: &Server) -> Target {
    Target::new("AuthorizationServer", &server.id, &server.name)
}

/// `GET /authorizationServers`: `q` is looked for in names and audiences, from their start.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let found: Vec<_> = state
        .servers
        .iter()
        .filter(|server| server.is_meant_by(&q))
        .collect();
    page(call, PAGES, &found, |server| server.wire(&call.origin))
}

/// `GET /authorizationServers/{server}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    Ok(Reply::ok(server.wire(&call.origin)))
}

/// `POST /authorizationServers`: keys rotate by themselves at first, whatever was asked for (recorded);
/// a PUT changes that.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let body: Body = call.json()?;
    let mut server = Server::new("", call.now);
    body.apply(&mut server)?;
    server.rotation_mode = RotationMode::Auto;
    let wire = server.wire(&call.origin);
    let target = target(&server);
    state.servers.push(server);
    state.record(call, "oauth2.as.created", vec![target]);
    Ok(Reply::created(wire))
}

/// `PUT /authorizationServers/{server}`: one that changes nothing leaves `lastUpdated` alone.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let body: Body = call.json()?;
    let before = server.wire(&call.origin);
    let mut next = server.clone();
    body.apply(&mut next)?;
    let changed = next.wire(&call.origin) != before;
    if changed {
        next.last_updated = call.now;
    }
    *server = next;
    let mut wire = server.wire(&call.origin);
    // as recorded in March 2025: the answer is of before, the next GET is not
    if call.twist == Some(Twist::OldStamp)
        && let (Some(now), Some(old)) = (wire.get_mut("lastUpdated"), before.get("lastUpdated"))
    {
        now.clone_from(old);
    }
    let target = target(server);
    if changed {
        state.record(call, "oauth2.as.updated", vec![target]);
    }
    Ok(Reply::ok(wire))
}

/// `DELETE /authorizationServers/{server}`: inactive ones only, never the built-in one.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    if server.default || server.status == Status::Active {
        return Err(Refusal::forbidden());
    }
    let target = target(server);
    let id = server.id.clone();
    state.servers.retain(|server| server.id != id);
    for server in &mut state.servers {
        server.trusts.retain(|trusted| *trusted != id);
    }
    state.record(call, "oauth2.as.deleted", vec![target]);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Active, "oauth2.as.activated")
}

/// `POST …/lifecycle/deactivate`.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    switch(state, call, Status::Inactive, "oauth2.as.deactivated")
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    if server.status != to {
        server.status = to;
        server.last_updated = call.now;
        let target = target(server);
        state.record(call, event, vec![target]);
    }
    Ok(Reply::empty())
}
