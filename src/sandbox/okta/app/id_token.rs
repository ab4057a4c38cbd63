use serde_json::{Map, Value, json};

use super::super::http::{Answer, Call, Reply};
use super::super::state::OktaState;

/// What was set, below what Okta fills in: it knows issuer and audience only when it is asked (recorded).
fn wire(set: Option<&Value>, issuer: Option<&str>, audience: Option<&str>) -> Value {
    let mut wire = json!({
        "issuer": issuer,
        "orgUrl": null,
        "customUrl": null,
        "audience": audience,
        "issuerMode": "ORG_URL",
    });
    if let (Some(wire), Some(Value::Object(set))) = (wire.as_object_mut(), set) {
        wire.extend(set.clone());
    }
    wire
}

/// `GET /internal/apps/{app}/settings/oauth/idToken`: the groups claim of the console, which Terraform's
/// provider asks for and Okta does not document.
pub(crate) fn read(state: &OktaState, call: &Call) -> Answer {
    let app = state.app(call.param("app"))?;
    let (issuer, audience) = (Some(call.origin.as_str()), Some(app.client_id.as_str()));
    let set = app.id_token.as_ref();
    Ok(Reply::ok(wire(set, issuer, audience)))
}

/// `POST /internal/apps/{app}/settings/oauth/idToken`: replaces what was set.
pub(crate) fn write(state: &mut OktaState, call: &Call) -> Answer {
    let mut body: Map<String, Value> = call.json()?;
    for own in ["issuer", "orgUrl", "customUrl", "audience"] {
        body.remove(own);
    }
    let app = state.app_mut(call.param("app"))?;
    let set = app.id_token.insert(body.into());
    Ok(Reply::ok(wire(Some(set), None, None)))
}
