//! Konnect's admin API: reads everything, makes linked applications, changes only the owner.

use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::konnect::{auth_strategy, labels, lookup};
use crate::kinds::{KindError, Task, Writers, okta, wire};
use crate::plan::{Live, Owner};
use crate::vendor::path;

pub(super) fn live(json: Json, portal: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(portal.to_owned());
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("description", wire::text(&json, "description"));
    fields.insert("client_id", wire::text(&json, "client_id"));
    let strategy = json.pointer("/auth_strategy/id").and_then(Json::as_str);
    fields.insert(
        "auth_strategy",
        strategy.map_or(Value::Null, |id| {
            Value::Id(auth_strategy::NAME, id.to_owned())
        }),
    );
    let member = |name: &str| {
        json.pointer(&format!("/owner/{name}"))
            .and_then(Json::as_str)
    };
    let owner = match (member("type"), member("id")) {
        (Some("team"), Some(id)) => Value::Id(lookup::TEAM, id.to_owned()),
        (_, Some(id)) => Value::Id(lookup::DEVELOPER, id.to_owned()),
        (_, None) => Value::Null,
    };
    fields.insert("owner", owner);
    labels::read(&json, &mut live);
    if let Some(id) = json.get("client_id").and_then(Json::as_str) {
        live.leans.push((okta::client::NAME, id.to_owned()));
        // what Konnect registered it also removes; the portal gives no labels, so that one of ours
        // with a mark is one with a client that was there before
        let registered = json.pointer("/dcr_provider/id").is_some();
        let linked = matches!(live.owner, Some(Owner::Document(_)));
        live.along = (registered && !linked).then_some(okta::client::NAME);
    }
    live.raw = json.into();
    live
}

/// The path of an application.
pub(super) fn at_live(live: &Live) -> String {
    at(live.parent.as_deref().unwrap_or_default(), &live.id)
}

pub(super) fn at(portal: &str, app: &str) -> String {
    path(&["v3", "portals", portal, "applications", app])
}

fn owner(task: &Task<'_>) -> Result<Json, KindError> {
    let id = task.ref_id("owner")?.ok_or_else(|| task.missing("owner"))?;
    let team = task
        .desired
        .field("owner")
        .as_ref_address()
        .is_some_and(|address| address.is(lookup::TEAM));
    Ok(json!({ "type": if team { "team" } else { "developer" }, "id": id }))
}

/// Makes an application whose client is there already.
pub(super) async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
    let portal = task.parent_id()?;
    let mut body = json!({
        "name": task.name(),
        "owner": owner(task)?,
        "auth_strategy_id": task.ref_id("auth_strategy")?,
        "dcr_client_id": task.text("client_id")?,
        "labels": labels::marks(task),
    });
    if let Some(description) = task.desired.field("description").as_text() {
        wire::put(&mut body, "description", description);
    }
    let made = writers
        .konnect
        .post(&path(&["v3", "portals", &portal, "applications"]), &body)
        .await;
    made.map(|app| live(app, &portal))
        .map_err(KindError::vendor("create", task))
}

/// Gives an application to another owner.
pub(super) async fn change_owner(
    writers: &Writers,
    task: &Task<'_>,
    live: &Live,
) -> Result<(), KindError> {
    let body = json!({ "owner": owner(task)? });
    let done = writers.konnect.patch(&at_live(live), &body).await;
    done.map(drop).map_err(KindError::vendor("update", task))
}
