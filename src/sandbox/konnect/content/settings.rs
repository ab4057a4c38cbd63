use axum::Router;
use axum::extract::{Path, State};
use axum::routing::get;
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::child::Child;
use crate::sandbox::konnect::context::{Answer, Konnect, ok};
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::labels::merge;
use crate::sandbox::konnect::wire::problem::Problem;
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

const CUSTOMIZATION: &str = "customization";
const AUTHENTICATION: &str = "authentication-settings";
/// In the order in which they are answered; the first alone is on.
const FLAGS: [&str; 6] = [
    "basic_auth_enabled",
    "oidc_auth_enabled",
    "saml_auth_enabled",
    "oidc_team_mapping_enabled",
    "idp_mapping_enabled",
    "konnect_mapping_enabled",
];

static ANYTHING: Body = Body::open(&[]);
static CUSTOMIZATION_BODY: Body = Body::closed(&[
    Field::new("theme", Shape::Object(&ANYTHING)),
    Field::new("layout", Shape::Text(0, usize::MAX)),
    Field::nullable("css", Shape::Text(0, usize::MAX)),
    Field::new("menu", Shape::Object(&ANYTHING)),
    Field::new("spec_renderer", Shape::Object(&ANYTHING)),
    Field::nullable("robots", Shape::Text(0, usize::MAX)),
]);
static AUTHENTICATION_BODY: Body = Body::open(&[
    Field::new("basic_auth_enabled", Shape::Flag),
    Field::new("oidc_auth_enabled", Shape::Flag),
    Field::new("saml_auth_enabled", Shape::Flag),
    Field::new("oidc_team_mapping_enabled", Shape::Flag),
    Field::new("idp_mapping_enabled", Shape::Flag),
    Field::new("konnect_mapping_enabled", Shape::Flag),
]);

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route(
            "/v3/portals/{portal}/customization",
            get(customization)
                .put(replace_customization)
                .patch(update_customization),
        )
        .route(
            "/v3/portals/{portal}/authentication-settings",
            get(authentication).patch(update_authentication),
        )
}

impl KonnectState {
    fn settings_of(&self, name: &str, portal: Uuid) -> Map<String, Value> {
        let mut children = self.children.iter();
        children
            .find(|child| child.parent == portal && child.collection == name)
            .map(|child| child.body.clone())
            .unwrap_or_default()
    }
}

/// Changes a portal's settings and answers them; nothing is stored before the first change.
fn change(
    konnect: &Konnect,
    portal: &str,
    name: &str,
    change: impl FnOnce(&mut Map<String, Value>) -> Result<(), Problem>,
) -> Result<Map<String, Value>, Problem> {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let portal = entry(&state.portals, portal)?.id;
        let mut body = state.settings_of(name, portal);
        change(&mut body)?;
        state
            .children
            .retain(|child| child.parent != portal || child.collection != name);
        state.children.push(Child {
            id: Uuid::new_v4(),
            parent: portal,
            collection: name.to_owned(),
            body: body.clone(),
            created_at: now,
            updated_at: now,
        });
        Ok(body)
    })
}

fn stored(konnect: &Konnect, portal: &str, name: &str) -> Result<Map<String, Value>, Problem> {
    konnect
        .state
        .read(|state| Ok(state.settings_of(name, entry(&state.portals, portal)?.id)))
}

async fn customization(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    Ok(ok(stored(&konnect, &portal, CUSTOMIZATION)?.into()))
}

async fn replace_customization(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(sent): Sent,
) -> Answer {
    let body = change(&konnect, &portal, CUSTOMIZATION, |body| {
        CUSTOMIZATION_BODY.check(&sent)?;
        *body = sent.as_object().cloned().unwrap_or_default();
        Ok(())
    })?;
    Ok(ok(body.into()))
}

async fn update_customization(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(sent): Sent,
) -> Answer {
    let body = change(&konnect, &portal, CUSTOMIZATION, |body| {
        CUSTOMIZATION_BODY.check_update(&sent)?;
        merge(body, &sent);
        Ok(())
    })?;
    Ok(ok(body.into()))
}

/// All flags, whatever was stored of them.
fn flags(body: &Map<String, Value>) -> Value {
    let of = |name: &str| {
        let stored = body.get(name).and_then(Value::as_bool);
        json!(stored.unwrap_or(name == FLAGS[0]))
    };
    let flags = FLAGS.iter().map(|name| ((*name).to_owned(), of(name)));
    Value::Object(flags.collect())
}

async fn authentication(State(konnect): State<Konnect>, Path(portal): Path<String>) -> Answer {
    Ok(ok(flags(&stored(&konnect, &portal, AUTHENTICATION)?)))
}

/// Of a provider's settings in the body, deprecated by the vendor, nothing is kept.
async fn update_authentication(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(sent): Sent,
) -> Answer {
    let body = change(&konnect, &portal, AUTHENTICATION, |body| {
        AUTHENTICATION_BODY.check_update(&sent)?;
        for name in FLAGS {
            if let Some(flag) = sent.get(name) {
                body.insert(name.to_owned(), flag.clone());
            }
        }
        Ok(())
    })?;
    Ok(ok(flags(&body)))
}
