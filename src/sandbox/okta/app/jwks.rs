use serde_json::{Value, json};

use super::super::http::{Answer, Call, Refusal, Reply, stamp};
use super::super::log::Target;
use super::super::state::{OktaState, Status};
use super::key_set::wire;
use super::{App, apps};

/// More keys than this a client cannot have; Okta's own bound.
const MOST: usize = 50;

fn find<'a>(app: &'a App, id: &str) -> Result<&'a Value, Refusal> {
    keys(app)
        .iter()
        .find(|key| text(key, "id") == id)
        .ok_or_else(|| Refusal::not_found(id, "OAuth2JsonWebKey"))
}

fn keys(app: &App) -> &[Value] {
    app.oauth.jwks.as_ref().map_or(&[], |set| &set.keys)
}

fn text<'a>(key: &'a Value, name: &str) -> &'a str {
    key.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn is_active(key: &Value) -> bool {
    text(key, "status") == Status::Active.word()
}

/// A key as its own endpoints show it.
fn shown(app: &App, key: &Value, call: &Call) -> Value {
    let mut shown = key.clone();
    let id = text(key, "id");
    let href = format!("{}/credentials/jwks/{id}", app.href(&call.origin));
    let switch = if is_active(key) {
        "deactivate"
    } else {
        "activate"
    };
    let mut links = json!({
        switch: {
            "href": format!("{href}/lifecycle/{switch}"),
            "hints": { "allow": ["POST"] },
        },
    });
    if let Some(links) = links.as_object_mut().filter(|_| !is_active(key)) {
        let delete = json!({ "href": href, "hints": { "allow": ["DELETE"] } });
        links.insert("delete".to_owned(), delete);
    }
    let times = app.key_times.get(id).copied();
    let (created, updated) = times.unwrap_or((app.created, app.created));
    if let Some(shown) = shown.as_object_mut() {
        shown.insert("created".to_owned(), stamp(created).into());
        shown.insert("lastUpdated".to_owned(), stamp(updated).into());
        shown.insert("_links".to_owned(), links);
    }
    shown
}

fn targets(app: &App, key: &Value) -> Vec<Target> {
    vec![
        Target::new("JsonWebKey", text(key, "id"), text(key, "kid")),
        apps::target(app),
    ]
}

/// `GET …/credentials/jwks`.
pub(crate) fn list(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    let all: Vec<_> = keys(app).iter().map(|key| shown(app, key, call)).collect();
    Ok(Reply::ok(json!({ "keys": all })))
}

/// `GET …/credentials/jwks/{key}`.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    let key = find(app, call.param("key"))?;
    Ok(Reply::ok(shown(app, key, call)))
}

/// `POST …/credentials/jwks`: a public key.
pub(crate) fn create(state: &mut OktaState, call: &Call) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    let body: serde_json::Map<String, Value> = call.json()?;
    let mut body = Value::Object(body);
    let needed: &[&str] = match text(&body, "kty") {
        "RSA" => &["n", "e"],
        "EC" => &["x", "y", "crv"],
        _ => return Err(Refusal::invalid("kty", "The key type is not supported.")),
    };
    if let Some(missing) = needed.iter().find(|name| text(&body, name).is_empty()) {
        return Err(Refusal::blank(missing));
    }
    if !["", "sig", "enc"].contains(&text(&body, "use")) {
        return Err(Refusal::invalid("use", "The value is not supported."));
    }
    if !["", "ACTIVE", "INACTIVE"].contains(&text(&body, "status")) {
        return Err(Refusal::malformed());
    }
    if let Some(body) = body.as_object_mut() {
        body.remove("id");
    }
    let kid = text(&body, "kid");
    if !kid.is_empty() && keys(app).iter().any(|key| text(key, "kid") == kid) {
        return Err(Refusal::taken("kid"));
    }
    if keys(app).len() >= MOST {
        return Err(Refusal::invalid("jwks", "There are too many keys."));
    }
    let key = wire(&body, None);
    let id = text(&key, "id").to_owned();
    app.key_times.insert(id, (call.now, call.now));
    let told = shown(app, &key, call);
    let targets = targets(app, &key);
    app.oauth.jwks.get_or_insert_default().keys.push(key);
    state.record(call, "app.oauth2.credentials.lifecycle.create", targets);
    Ok(Reply::created(told))
}

/// `DELETE …/credentials/jwks/{key}`: inactive ones only.
pub(crate) fn delete(state: &mut OktaState, call: &Call) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    let key = find(app, call.param("key"))?.clone();
    if is_active(&key) {
        return Err(Refusal::invalid(
            "status",
            "An active key cannot be deleted.",
        ));
    }
    let targets = targets(app, &key);
    if let Some(set) = &mut app.oauth.jwks {
        set.keys
            .retain(|other| text(other, "id") != text(&key, "id"));
    }
    app.key_times.remove(text(&key, "id"));
    state.record(call, "app.oauth2.credentials.lifecycle.delete", targets);
    Ok(Reply::empty())
}

/// `POST …/lifecycle/activate`.
pub(crate) fn activate(state: &mut OktaState, call: &Call) -> Answer {
    let event = "app.oauth2.credentials.lifecycle.activate";
    switch(state, call, Status::Active, event)
}

/// `POST …/lifecycle/deactivate`: a client that logs in with a key has to keep one.
pub(crate) fn deactivate(state: &mut OktaState, call: &Call) -> Answer {
    let event = "app.oauth2.credentials.lifecycle.deactivate";
    switch(state, call, Status::Inactive, event)
}

fn switch(state: &mut OktaState, call: &Call, to: Status, event: &str) -> Answer {
    let app = state.app_mut(call.param("app"))?;
    let id = call.param("key");
    let mut key = find(app, id)?.clone();
    let changed = text(&key, "status") != to.word();
    let other = |key: &Value| text(key, "id") != id && is_active(key);
    if changed && to == Status::Inactive && !keys(app).iter().any(other) {
        return Err(Refusal::invalid(
            "status",
            "The client must have at least one active key.",
        ));
    }
    if changed {
        if let Some(status) = key.get_mut("status") {
            *status = to.word().into();
        }
        let place = app.oauth.jwks.as_mut().and_then(|set| {
            let found = set.keys.iter_mut();
            found.into_iter().find(|other| text(other, "id") == id)
        });
        if let Some(place) = place {
            place.clone_from(&key);
        }
        let created = app.created;
        let times = app.key_times.entry(id.to_owned());
        times.or_insert((created, created)).1 = call.now;
    }
    let told = shown(app, &key, call);
    let targets = targets(app, &key);
    if changed {
        state.record(call, event, targets);
    }
    Ok(Reply::ok(told))
}
