use serde::Deserialize;

use super::super::http::{Answer, Call, Page, Refusal, Reply, id, page};
use super::super::log::Target;
use super::super::state::OktaState;
use super::scope::check_name;
use super::{Consent, Publish, Scope, Server, servers};
use crate::sandbox::Twist;

const PAGES: Page = Page {
    default: 200,
    most: 200,
    always_linked: false,
};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Body {
    name: Option<String>,
    display_name: Option<String>,
    description: Option<String>,
    metadata_publish: Option<Publish>,
    consent: Option<Consent>,
    optional: Option<bool>,
    default: Option<bool>,
}

impl Body {
    fn name(&self) -> Result<&str, Refusal> {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.ok_or_else(|| Refusal::blank("name"))
    }

    fn into_scope(self, id: String, system: bool) -> Result<Scope, Refusal> {
        let name = self.name()?.to_owned();
        Ok(Scope {
            id,
            name,
            display_name: self.display_name,
            description: self.description,
            system,
            publish: self.metadata_publish.unwrap_or(Publish::NoClients),
            consent: self.consent.unwrap_or(Consent::Implicit),
            optional: self.optional.unwrap_or(false),
            default: self.default.unwrap_or(false),
        })
    }
}

fn find<'a>(server: &'a Server, id: &str) -> Result<&'a Scope, Refusal> {
    server
        .scopes
        .iter()
        .find(|scope| scope.id == id)
        .ok_or_else(|| Refusal::not_found(id, "Scope"))
}

fn targets(server: &Server, scope: &Scope) -> Vec<Target> {
    vec![
        Target::new("Scope", &scope.id, &scope.name),
        servers::target(server),
    ]
}

/// `GET …/scopes`: `q` is looked for in names, from their start; `filter` knows `name eq "…"`.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let href = server.href(&call.origin);
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let exact = call.query("filter").and_then(|filter| {
        let value = filter.trim().strip_prefix("name eq ")?.trim();
        Some(value.trim_matches('"').to_owned())
    });
    let found: Vec<_> = server
        .scopes
        .iter()
        .filter(|scope| scope.name.to_lowercase().starts_with(&q))
        .filter(|scope| exact.as_ref().is_none_or(|name| *name == scope.name))
        .collect();
    page(call, PAGES, &found, |scope| scope.wire(&href))
}

/// `GET …/scopes/{scope}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let server = state.server(call.param("server"))?;
    let scope = find(server, call.param("scope"))?;
    Ok(Reply::ok(scope.wire(&server.href(&call.origin))))
}

/// `POST …/scopes`.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let body: Body = call.json()?;
    check_name(body.name()?)?;
    let scope = body.into_scope(id("scp"), false)?;
    let taken = server.scopes.iter().any(|other| other.name == scope.name);
    if call.twist == Some(Twist::Duplicate) {
        // whoever raced with this request was as blind for it as it is for them
        if !taken {
            let id = id("scp");
            server.scopes.push(Scope {
                id,
                ..scope.clone()
            });
        }
    } else if taken {
        return Err(Refusal::taken("name"));
    }
    let wire = scope.wire(&server.href(&call.origin));
    let targets = targets(server, &scope);
    server.scopes.push(scope);
    state.record(call, "oauth2.scope.created", targets);
    Ok(Reply::created(wire))
}

/// `PUT …/scopes/{scope}`: needs consent and publication too; system scopes keep their name.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let old = find(server, call.param("scope"))?.clone();
    let body: Body = call.json()?;
    let name = body.name()?;
    if name != old.name {
        if old.system {
            return Err(Refusal::invalid("name", "System scopes cannot be renamed."));
        }
        check_name(name)?;
    }
    if body.consent.is_none() {
        return Err(Refusal::blank("consent"));
    }
    if body.metadata_publish.is_none() {
        return Err(Refusal::blank("metadataPublish"));
    }
    let scope = body.into_scope(old.id.clone(), old.system)?;
    let others = |other: &&mut Scope| other.id == scope.id;
    if server
        .scopes
        .iter()
        .any(|other| other.id != scope.id && other.name == scope.name)
    {
        return Err(Refusal::taken("name"));
    }
    if let Some(place) = server.scopes.iter_mut().find(others) {
        *place = scope.clone();
    }
    let wire = scope.wire(&server.href(&call.origin));
    let targets = targets(server, &scope);
    if scope != old {
        state.record(call, "oauth2.scope.updated", targets);
    }
    Ok(Reply::ok(wire))
}

/// `DELETE …/scopes/{scope}`: system scopes stay.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let server = state.server_mut(call.param("server"))?;
    let scope = find(server, call.param("scope"))?.clone();
    if scope.system {
        return Err(Refusal::forbidden());
    }
    server.scopes.retain(|other| other.id != scope.id);
    let targets = targets(server, &scope);
    state.record(call, "oauth2.scope.deleted", targets);
    Ok(Reply::empty())
}
