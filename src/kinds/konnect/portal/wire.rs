use serde_json::{Value as Json, json};

use crate::base::Value;
use crate::kinds::konnect::{auth_strategy, labels};
use crate::kinds::{KindError, Task, wire};
use crate::plan::Live;

pub(super) const PATH: [&str; 2] = ["v3", "portals"];

pub(super) fn live(json: Json) -> Live {
    let mut live = Live::new(super::NAME, wire::id(&json), Json::Null);
    let fields = &mut live.fields;
    fields.insert("name", wire::text(&json, "name"));
    fields.insert("display_name", wire::text(&json, "display_name"));
    fields.insert("description", wire::text(&json, "description"));
    let strategy = json
        .get("default_application_auth_strategy_id")
        .and_then(Json::as_str);
    fields.insert(
        "default_auth_strategy",
        strategy.map_or(Value::Null, |id| {
            Value::Id(auth_strategy::NAME, id.to_owned())
        }),
    );
    for field in ["auto_approve_applications", "auto_approve_developers"] {
        fields.insert(field, wire::switch(&json, field));
    }
    fields.insert("domain", wire::text(&json, "canonical_domain"));
    labels::read(&json, &mut live);
    live.raw = json.into();
    live
}

pub(super) fn body(task: &Task<'_>, live: Option<&Live>) -> Result<Json, KindError> {
    let mut body = json!({});
    for (field, value) in &task.desired.fields {
        match *field {
            "default_auth_strategy" => {
                wire::put(
                    &mut body,
                    "default_application_auth_strategy_id",
                    task.ref_id(field)?,
                );
            }
            "labels" => {}
            other => wire::put(&mut body, other, value.to_json()),
        }
    }
    wire::put(&mut body, "labels", labels::write(task, live));
    Ok(body)
}
