use serde_json::Value as Json;

use crate::base::Value;
use crate::kinds::konnect::{app, lookup, publication};
use crate::kinds::{KindError, Task, wire};
use crate::plan::Live;
use crate::vendor::path;

pub(super) fn live(json: Json, portal: &str) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    live.parent = Some(portal.to_owned());
    let fields = &mut live.fields;
    for (field, kind) in [("app", app::NAME), ("api", lookup::API)] {
        let member = if field == "app" {
            "/application/id"
        } else {
            "/api/id"
        };
        let id = json.pointer(member).and_then(Json::as_str);
        fields.insert(
            field,
            id.map_or(Value::Null, |id| Value::Id(kind, id.to_owned())),
        );
    }
    if let Some(api) = json.pointer("/api/id").and_then(Json::as_str) {
        // without it the gateway lets nobody in, whatever Konnect keeps of the registration
        live.leans
            .push((publication::NAME, publication::id(api, portal)));
    }
    let fields = &mut live.fields;
    fields.insert("status", wire::text(&json, "status"));
    live.raw = json.into();
    live
}

/// The vendor's ids of the registration's portal and application.
pub(super) fn place(task: &Task<'_>) -> Result<(String, String), KindError> {
    let app = task.ref_id("app")?.ok_or_else(|| task.missing("app"))?;
    Ok((task.parent_id()?, app))
}

/// The vendor's id of the application, from what was observed.
pub(super) fn app_of(live: &Live) -> Option<String> {
    let raw = live.raw.json();
    raw.pointer("/application/id")
        .and_then(Json::as_str)
        .map(str::to_owned)
}

pub(super) fn at(portal: &str, app: &str, registration: &str) -> String {
    path(&[
        "v3",
        "portals",
        portal,
        "applications",
        app,
        "registrations",
        registration,
    ])
}
