use serde::Deserialize;

use super::super::http::{Answer, Call, Page, Refusal, Reply, page};
use super::super::log::Target;
use super::super::state::OktaState;
use super::{Server, servers};

const PAGES: Page = Page {
    default: 200,
    most: 200,
    always_linked: false,
};

#[derive(Deserialize)]
struct Body {
    trusted: Option<Vec<String>>,
}

fn targets(server: &Server, other: &Server) -> Vec<Target> {
    vec![servers::target(other), servers::target(server)]
}

/// `GET …/associatedServers`: those whose tokens are exchanged, or with `trusted=false` all others.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let trusted = call.query("trusted").as_deref() != Some("false");
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let found: Vec<_> = state
        .servers
        .iter()
        .filter(|other| other.id != server.id && server.trusts.contains(&other.id) == trusted)
        .filter(|other| other.is_meant_by(&q))
        .collect();
    page(call, PAGES, &found, |other| other.wire(&call.origin))
}

/// `POST …/associatedServers`: adds to those that are trusted; answers 200 with the ones added.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let body: Body = call.json()?;
    let server = state.server(call.param("server"))?;
    let asked = body.trusted.filter(|asked| !asked.is_empty());
    let asked = asked.ok_or_else(|| Refusal::blank("trusted"))?;
    let mut wires = Vec::new();
    let mut events = Vec::new();
    let mut ids = Vec::new();
    for id in &asked {
        let other = state.server(id)?;
        if other.id == server.id {
            return Err(Refusal::invalid(
                "trusted",
                "An authorization server cannot trust itself.",
            ));
        }
        if !server.trusts.contains(&other.id) && !ids.contains(&other.id) {
            events.push(targets(server, other));
            ids.push(other.id.clone());
        }
        wires.push(other.wire(&call.origin));
    }
    state.server_mut(call.param("server"))?.trusts.extend(ids);
    for targets in events {
        state.record(call, "oauth2.as.trusted_server.add", targets);
    }
    Ok(Reply::ok(wires.into()))
}

/// `DELETE …/associatedServers/{associated}`.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let other = state.server(call.param("associated"))?;
    if !server.trusts.contains(&other.id) {
        return Err(Refusal::not_found(
            call.param("associated"),
            "AuthorizationServer",
        ));
    }
    let (id, targets) = (other.id.clone(), targets(server, other));
    let server = state.server_mut(call.param("server"))?;
    server.trusts.retain(|trusted| *trusted != id);
    state.record(call, "oauth2.as.trusted_server.delete", targets);
    Ok(Reply::empty())
}
