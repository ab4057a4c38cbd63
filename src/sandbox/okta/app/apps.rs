use serde_json::{Value, json};

use super::super::http::{Answer, Call, Filter, Page, Refusal, Reply, page};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::body::{Body, Violation, check, check_client_id, check_secret, pkce};
use super::{App, ClientSecret};

const PAGES: Page = Page {
    default: 20,
    most: 200,
    always_linked: true,
};

/// What a filter may ask for.
const ATTRIBUTES: [&str; 7] = [
    "id",
    "status",
    "name",
    "credentials.signing.kid",
    "settings.slo.enabled",
    "user.id",
    "group.id",
];

/// What an event says of an application.
pub(super) fn target(app: &App) -> Target {
    Target::new("AppInstance", &app.id, &app.label)
}

/// `GET /apps`: `q` is the start of name or label; `filter` knows what can be true here.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let filter = call.query("filter");
    let filter = filter
        .map(|text| Filter::read(&text, |name| ATTRIBUTES.contains(&name)))
        .transpose()?;
    let found: Vec<_> = state
        .apps
        .iter()
        .filter(|app| app.label.to_lowercase().starts_with(&q) || "oidc_client".starts_with(&q))
        .filter(|app| {
            let look = |name: &str| {
                let value: Value = match name {
                    "id" => app.id.clone().into(),
                    "status" => app.status.word().into(),
                    "name" => "oidc_client".into(),
                    "credentials.signing.kid" => state.signing_kid.clone().into(),
                    // nobody is assigned, and nothing is signed out by SAML
                    _ => return Vec::new(),
                };
                vec![value]
            };
            filter.as_ref().is_none_or(|filter| filter.passes(&look))
        })
        .collect();
    page(call, PAGES, &found, |app| {
        app.wire(state, &call.origin, false)
    })
}

/// `GET /apps/{app}`: never with the secret.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    Ok(Reply::ok(app.wire(state, &call.origin, false)))
}

/// `POST /apps`: answers 200, not 201.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let body: Body = call.json()?;
    let blank = App::new(state, call.now);
    let wanted = body
        .credentials
        .as_ref()
        .and_then(|credentials| credentials.oauth_client.as_ref())
        .and_then(|client| client.client_id.clone());
    let mut app = apply(body, blank, call)?;
    if let Some(wanted) = wanted {
        check_client_id(&wanted)?;
        if state.client(&wanted).is_some() {
            return Err(Refusal::taken("credentials.oauthClient.client_id"));
        }
        app.client_id = wanted;
    }
    if call.query("activate").as_deref() == Some("false") {
        app.status = Status::Inactive;
    }
    let wire = app.wire(state, &call.origin, true);
    let target = target(&app);
    state.apps.push(app);
    state.record(call, "application.lifecycle.create", vec![target]);
    Ok(Reply::ok(wire))
}

/// `PUT /apps/{app}`: id, client id and status stay; the secret is in the answer.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let old = state.app(call.param("app"))?.clone();
    let body: Body = call.json()?;
    let mut app = apply(body, old, call)?;
    app.last_updated = call.now;
    let wire = app.wire(state, &call.origin, true);
    let target = target(&app);
    *state.app_mut(call.param("app"))? = app;
    state.record(call, "application.lifecycle.update", vec![target]);
    Ok(Reply::ok(wire))
}

/// Writes what was sent over an application; what is missing falls back to the default.
fn apply(body: Body, mut app: App, call: &Call) -> Result<App, Refusal> {
    if body.sign_on_mode.as_deref() != Some("OPENID_CONNECT") {
        return Err(Refusal::invalid(
            "signOnMode",
            "This org has OpenID Connect applications only.",
        ));
    }
    if body.name.as_deref() != Some("oidc_client") {
        return Err(Refusal::invalid(
            "name",
            "This org has no application catalogue.",
        ));
    }
    let label = body.label.filter(|label| !label.trim().is_empty());
    app.label = label.ok_or_else(|| Refusal::blank("label"))?;
    let settings = body.settings.ok_or_else(|| Refusal::blank("settings"))?;
    let credentials = body.credentials.unwrap_or_default();
    let client = credentials.oauth_client.unwrap_or_default();
    let method = client.token_endpoint_auth_method;
    let method = method.unwrap_or_else(|| "client_secret_basic".to_owned());
    let oauth = settings
        .oauth_client
        .ok_or_else(|| Refusal::blank("settings.oauthClient"))?;
    let verified = pkce(oauth.kind(), &method, client.pkce_required);
    app.pkce_required = verified.map_err(Violation::in_credentials)?;
    check(&oauth, &method).map_err(Violation::in_settings)?;
    check_secret(
        client.client_secret.as_deref(),
        "credentials.oauthClient.client_secret",
    )?;
    app.oauth = oauth.completed("TRUSTED", &app.oauth);
    app.auto_key_rotation = client.auto_key_rotation.unwrap_or(true);
    set_secret(&mut app, &method, client.client_secret, call.now);
    app.auth_method = method;
    app.user_name_template = credentials
        .user_name_template
        .unwrap_or_else(App::login_as_user_name);
    app.access = body.accessibility.unwrap_or_default().into();
    app.visibility = body.visibility.unwrap_or_default().into();
    app.implicit_assignment = settings.implicit_assignment.unwrap_or(false);
    app.notes = settings.notes.unwrap_or_default();
    app.profile = body.profile;
    Ok(app)
}

/// Keeps the secrets of a client in step with how it logs in.
pub(super) fn set_secret(
    app: &mut App,
    method: &str,
    brought: Option<String>,
    now: jiff::Timestamp,
) {
    if !App::has_secret(method) {
        app.secrets.clear();
    } else if app.secrets.is_empty() {
        app.secrets.push(ClientSecret::new(brought, now));
    } else if let Some(brought) = brought
        && let Some(newest) = app.secrets.last_mut()
        && newest.value.0 != brought
    {
        *newest = ClientSecret::new(Some(brought), now);
    }
}

/// `DELETE /apps/{app}`: inactive ones only.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    if app.status == Status::Active {
        return Err(Refusal::delete_forbidden());
    }
    let (id, target) = (app.id.clone(), target(app));
    state.apps.retain(|app| app.id != id);
    state.record(call, "application.lifecycle.delete", vec![target]);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    switch(
        state,
        call,
        Status::Active,
        "application.lifecycle.activate",
    )
}

/// `POST …/lifecycle/deactivate`: a second time is no error.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    switch(
        state,
        call,
        Status::Inactive,
        "application.lifecycle.deactivate",
    )
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    if app.status != to {
        app.status = to;
        app.last_updated = call.now;
        let target = target(app);
        state.record(call, event, vec![target]);
    }
    Ok(Reply::ok(json!({})))
}

/// `PUT /apps/{app}/policies/{policy}`: which policy guards sign-in.
pub(crate) fn assign_policy(state: &mut OktaState, call: &Call) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    call.param("policy").clone_into(&mut app.access_policy);
    let target = target(app);
    state.record(call, "application.policy.sign_on.update", vec![target]);
    Ok(Reply::empty())
}

/// `GET /apps/{app}/groups` and `/users`: nobody is assigned.
pub(crate) fn nobody(state: &OktaState, call: &Call) -> Answer {
    state.app(call.param("app"))?;
    page(call, PAGES, &[], |_: &App| Value::Null)
}
