use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::super::http::{Answer, Call, Page, Refusal, Reply, page};
use super::super::state::OktaState;
use super::body::check;
use super::{App, ApplicationType, ClientSecret, Hide, OauthSettings, apps};

const PAGES: Page = Page {
    default: 200,
    most: 200,
    always_linked: false,
};

/// Registration metadata (RFC 7591, 2); the fields of the OAuth side are flat here.
#[derive(Deserialize)]
struct Metadata {
    client_name: Option<String>,
    token_endpoint_auth_method: Option<String>,
    #[serde(flatten)]
    oauth: OauthSettings,
}

/// The application by its client id.
pub(super) fn find<'a>(state: &'a OktaState, id: &str) -> Result<&'a App, Refusal> {
    state
        .client(id)
        .ok_or_else(|| Refusal::not_found(id, "PublicClientApp"))
}

/// The same, to be changed.
pub(super) fn find_mut<'a>(state: &'a mut OktaState, id: &str) -> Result<&'a mut App, Refusal> {
    state
        .apps
        .iter_mut()
        .find(|app| app.client_id == id)
        .ok_or_else(|| Refusal::not_found(id, "PublicClientApp"))
}

/// The flat form, in the order of Okta's examples; the secret only where it was just written.
fn wire(app: &App, with_secret: bool) -> Value {
    let mut wire = Map::new();
    let mut add = |key: &str, value: Value| wire.insert(key.to_owned(), value);
    add("client_id", app.client_id.clone().into());
    if let Some(secret) = app.secrets.last() {
        if with_secret {
            add("client_secret", secret.value.0.clone().into());
        }
        add("client_id_issued_at", app.created.as_second().into());
        add("client_secret_expires_at", 0.into());
    } else {
        add("client_id_issued_at", app.created.as_second().into());
    }
    add("client_name", app.label.clone().into());
    let oauth = json!(app.oauth);
    for key in [
        "client_uri",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "redirect_uris",
        "post_logout_redirect_uris",
        "response_types",
        "grant_types",
    ] {
        if let Some(value) = oauth.get(key) {
            add(key, value.clone());
        }
    }
    add("token_endpoint_auth_method", app.auth_method.clone().into());
    for key in [
        "application_type",
        "initiate_login_uri",
        "jwks",
        "jwks_uri",
        "request_object_signing_alg",
        "id_token_encrypted_response_alg",
        "frontchannel_logout_uri",
        "frontchannel_logout_session_required",
    ] {
        if let Some(value) = oauth.get(key) {
            add(key, value.clone());
        }
    }
    Value::Object(wire)
}

/// Reads metadata: what is wrong with them is said in OAuth's words, not in Okta's.
fn read_metadata(
    call: &Call,
    before: &OauthSettings,
) -> Result<(String, String, OauthSettings), Refusal> {
    let sent: Metadata = call.json().map_err(|_| {
        Refusal::oauth_request(
            "invalid_client_metadata",
            "The client metadata could not be read.",
        )
    })?;
    let name = sent.client_name.filter(|name| !name.trim().is_empty());
    let blank = || Refusal::invalid_metadata("client_name", "The field can't be left blank.");
    let name = name.ok_or_else(blank)?;
    let mut oauth = sent.oauth;
    let method = sent.token_endpoint_auth_method;
    let method = method.unwrap_or_else(|| "client_secret_basic".to_owned());
    if oauth.grant_types.is_none() {
        let machine = oauth.kind() == ApplicationType::Service;
        let usual = if machine {
            "client_credentials"
        } else {
            "authorization_code"
        };
        oauth.grant_types = Some(vec![usual.to_owned()]);
    }
    check(&oauth, &method).map_err(super::body::Violation::in_metadata)?;
    let by_code = matches!(oauth.kind(), ApplicationType::Web | ApplicationType::Native);
    if by_code && !oauth.grants("authorization_code") {
        return Err(Refusal::invalid_metadata(
            "grant_types",
            "Clients of this application type must have 'authorization_code'.",
        ));
    }
    Ok((name, method, oauth.completed("REQUIRED", before)))
}

/// `GET /oauth2/v1/clients`: `q` is the start of the name.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let q = call.query("q").unwrap_or_default().to_lowercase();
    let found: Vec<_> = state
        .apps
        .iter()
        .filter(|app| app.label.to_lowercase().starts_with(&q))
        .collect();
    page(call, PAGES, &found, |app| wire(app, false))
}

/// `GET /oauth2/v1/clients/{client}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    Ok(Reply::ok(wire(find(state, call.param("client"))?, false)))
}

/// `POST /oauth2/v1/clients`: dynamic client registration (RFC 7591, 3).
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let (label, method, oauth) = read_metadata(call, &OauthSettings::default())?;
    let mut app = App::new(state, call.now);
    app.label = label;
    app.pkce_required = oauth.kind().is_public();
    app.visibility.hide = Hide {
        ios: true,
        web: true,
    };
    app.oauth = oauth;
    app.auth_method.clone_from(&method);
    apps::set_secret(&mut app, &method, None, call.now);
    let body = wire(&app, true);
    let target = apps::target(&app);
    state.apps.push(app);
    state.record(call, "app.oauth2.client.lifecycle.create", vec![target]);
    Ok(Reply::created(body))
}

/// `PUT /oauth2/v1/clients/{client}`: no partial update; the secret is in the answer.
pub(crate) fn replace(state: &mut OktaState, call: &Call) -> Answer {
    let before = &find(state, call.param("client"))?.oauth;
    let (label, method, oauth) = read_metadata(call, before)?;
    let app = find_mut(state, call.param("client"))?;
    app.label = label;
    app.oauth = oauth;
    app.last_updated = call.now;
    apps::set_secret(app, &method, None, call.now);
    app.auth_method = method;
    let body = wire(app, true);
    let target = apps::target(app);
    state.record(call, "app.oauth2.client.lifecycle.update", vec![target]);
    Ok(Reply::ok(body))
}

/// `DELETE /oauth2/v1/clients/{client}`: active ones too.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = find(state, call.param("client"))?;
    let (id, target) = (app.id.clone(), apps::target(app));
    state.apps.retain(|app| app.id != id);
    state.record(call, "app.oauth2.client.lifecycle.delete", vec![target]);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/newSecret`: the old ones stop working at once.
pub(crate) fn new_secret(state: &mut OktaState, call: &Call) -> Answer {
    let app = find_mut(state, call.param("client"))?;
    if !App::has_secret(&app.auth_method) {
        return Err(Refusal::invalid_metadata(
            "token_endpoint_auth_method",
            "The client does not authenticate with a secret.",
        ));
    }
    app.secrets = vec![ClientSecret::new(None, call.now)];
    app.last_updated = call.now;
    let body = wire(app, true);
    let target = apps::target(app);
    state.record(
        call,
        "app.oauth2.credentials.lifecycle.create",
        vec![target],
    );
    Ok(Reply::ok(body))
}
