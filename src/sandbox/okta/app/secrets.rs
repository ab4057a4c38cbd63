use serde::Deserialize;

use super::super::http::{Answer, Call, Refusal, Reply};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::body::check_secret;
use super::{App, ClientSecret, apps};

/// A client has one secret, and a second one while it is being rotated.
const MOST: usize = 2;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Body {
    client_secret: Option<String>,
    status: Option<Status>,
}

fn find<'a>(app: &'a App, id: &str) -> Result<&'a ClientSecret, Refusal> {
    app.secrets
        .iter()
        .find(|secret| secret.id == id)
        .ok_or_else(|| Refusal::not_found(id, "OAuth2ClientSecretMediated"))
}

/// The application by its id, or by its client id where that was chosen: the links here hold the latter (recorded).
fn app<'a>(state: &'a OktaState, call: &Call) -> Result<&'a App, Refusal> {
    let id = call.param("app");
    state.client(id).map_or_else(|| state.app(id), Ok)
}

fn app_mut<'a>(state: &'a mut OktaState, call: &Call) -> Result<&'a mut App, Refusal> {
    let id = app(state, call)?.id.clone();
    state.app_mut(&id)
}

fn href(app: &App, call: &Call) -> String {
    format!("{}/api/v1/apps/{}", call.origin, app.client_id)
}

fn targets(app: &App, secret: &str) -> Vec<Target> {
    vec![
        Target::new("ClientSecret", secret, &app.client_id),
        apps::target(app),
    ]
}

/// `GET …/credentials/secrets`: in clear.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let app = app(state, call)?;
    let href = href(app, call);
    let all: Vec<_> = app
        .secrets
        .iter()
        .map(|secret| secret.wire(&href))
        .collect();
    Ok(Reply::ok(all.into()))
}

/// `GET …/credentials/secrets/{secret}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = app(state, call)?;
    let secret = find(app, call.param("secret"))?;
    Ok(Reply::ok(secret.wire(&href(app, call))))
}

/// `POST …/credentials/secrets`: two at most.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let app = app_mut(state, call)?;
    let body: Body = call.json_or_default()?;
    if !App::has_secret(&app.auth_method) {
        return Err(Refusal::invalid(
            "token_endpoint_auth_method",
            "The client does not authenticate with a secret.",
        ));
    }
    if app.secrets.len() >= MOST {
        return Err(Refusal::invalid(
            "client_secret",
            "You have reached the maximum number of client secrets for this client.",
        ));
    }
    check_secret(body.client_secret.as_deref(), "client_secret")?;
    let mut secret = ClientSecret::new(body.client_secret, call.now);
    secret.status = body.status.unwrap_or(Status::Active);
    let wire = secret.wire(&href(app, call));
    let targets = targets(app, &secret.id);
    app.secrets.push(secret);
    state.record(call, "app.oauth2.credentials.lifecycle.create", targets);
    Ok(Reply::created(wire))
}

/// `DELETE …/credentials/secrets/{secret}`: inactive ones only.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = app_mut(state, call)?;
    let secret = find(app, call.param("secret"))?;
    if secret.status == Status::Active {
        return Err(Refusal::invalid(
            "status",
            "An active client secret cannot be deleted.",
        ));
    }
    let targets = targets(app, call.param("secret"));
    app.secrets
        .retain(|secret| secret.id != call.param("secret"));
    state.record(call, "app.oauth2.credentials.lifecycle.delete", targets);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`: the object is in the answer.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    let event = "app.oauth2.credentials.lifecycle.activate";
    switch(state, call, Status::Active, event)
}

/// `POST …/lifecycle/deactivate`: one active secret has to stay.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    let event = "app.oauth2.credentials.lifecycle.deactivate";
    switch(state, call, Status::Inactive, event)
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let id = call.param("secret");
    let app = app_mut(state, call)?;
    let changed = find(app, id)?.status != to;
    let other = |secret: &ClientSecret| secret.id != id && secret.status == Status::Active;
    if changed && to == Status::Inactive && !app.secrets.iter().any(other) {
        return Err(Refusal::invalid(
            "status",
            "The client must have at least one active client secret.",
        ));
    }
    if let Some(secret) = app.secrets.iter_mut().find(|secret| secret.id == id)
        && changed
    {
        secret.status = to;
        secret.last_updated = call.now;
    }
    let wire = find(app, id)?.wire(&href(app, call));
    let targets = targets(app, id);
    if changed {
        state.record(call, event, targets);
    }
    Ok(Reply::ok(wire))
}
