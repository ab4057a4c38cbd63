use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::konnect::{auth_strategy, lookup, portal};
use crate::kinds::{KindError, Task, Writers, wire};
use crate::plan::Live;
use crate::vendor::path;

pub(super) fn live(json: Json) -> Live {
    let member = |name: &str| {
        json.get(name)
            .and_then(Json::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    let (api, portal) = (member("api_id"), member("portal_id"));
    make(&api, &portal, json)
}

/// Reads one by the ids that it is known by; the answer to its own path has none.
pub(super) fn read(id: &str, json: Json) -> Option<Live> {
    let (api, portal) = id.split_once('/')?;
    Some(make(api, portal, json))
}

/// A publication has no id of its own: the path names it, and so do we.
fn make(api: &str, portal: &str, json: Json) -> Live {
    let mut live = Live::new(super::NAME, id(api, portal), Json::Null);
    let fields = &mut live.fields;
    fields.insert("api", Value::Id(lookup::API, api.to_owned()));
    fields.insert("portal", Value::Id(portal::NAME, portal.to_owned()));
    let strategy = wire::strings(&json, "/auth_strategy_ids").first().copied();
    fields.insert(
        "auth_strategy",
        strategy.map_or(Value::Null, |id| {
            Value::Id(auth_strategy::NAME, id.to_owned())
        }),
    );
    fields.insert("visibility", wire::text(&json, "visibility"));
    fields.insert(
        "auto_approve_registrations",
        wire::switch(&json, "auto_approve_registrations"),
    );
    live.raw = json.into();
    live
}

/// The path of a publication, from the ids that it is known by.
pub(super) fn at_live(live: &Live) -> String {
    at_id(&live.id)
}

pub(super) fn at_id(id: &str) -> String {
    let (api, portal) = id.split_once('/').unwrap_or((id, ""));
    at(api, portal)
}

/// The id that a publication is known by.
pub(super) fn id(api: &str, portal: &str) -> String {
    format!("{api}/{portal}")
}

fn at(api: &str, portal: &str) -> String {
    path(&["v3", "apis", api, "publications", portal])
}

/// PUT replaces, so what is live and not declared is sent back.
pub(super) async fn replace(
    writers: &Writers,
    task: &Task<'_>,
    live: Option<&Live>,
    verb: &'static str,
) -> Result<Live, KindError> {
    let api = task.ref_id("api")?.ok_or_else(|| task.missing("api"))?;
    let portal = task
        .ref_id("portal")?
        .ok_or_else(|| task.missing("portal"))?;
    let mut body = json!({});
    let raw = live.map(|live| live.raw.json()).unwrap_or_default();
    for member in [
        "auth_strategy_ids",
        "auto_approve_registrations",
        "visibility",
    ] {
        if let Some(value) = raw.get(member) {
            // an empty list is refused: null says that nobody has to log in
            let empty = value.as_array().is_some_and(Vec::is_empty);
            wire::put(
                &mut body,
                member,
                if empty { Json::Null } else { value.clone() },
            );
        }
    }
    if let Some(strategy) = task.ref_id("auth_strategy")? {
        wire::put(&mut body, "auth_strategy_ids", json!([strategy]));
    }
    for field in ["auto_approve_registrations", "visibility"] {
        if let Some(value) = task.desired.fields.get(field) {
            wire::put(&mut body, field, value.to_json());
        }
    }
    let put = writers.konnect.put(&at(&api, &portal), &body).await;
    put.map(|json| make(&api, &portal, json))
        .map_err(KindError::vendor(verb, task))
}
