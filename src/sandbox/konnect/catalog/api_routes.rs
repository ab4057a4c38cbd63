use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use serde_json::{Value, json};
use uuid::Uuid;

use super::api::Api;
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok};
use crate::sandbox::konnect::state::{KonnectState, entry, entry_mut};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::labels::{merge, new_labels};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::{Pattern, Shape};

static SLUG: Pattern = Pattern {
    text: "^[\\w-]+$",
    holds: |text| {
        !text.is_empty()
            && text
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
    },
};
static ATTRIBUTE: Pattern = Pattern {
    text: "^[^,<>]*$",
    holds: |text| !text.contains([',', '<', '>']),
};
const ATTRIBUTES: Shape = Shape::Map(
    &Shape::List(&Shape::Pattern(1, 512, &ATTRIBUTE), 1, 20),
    true,
);

static CREATE: Body = Body::closed(&[
    Field::required("name", Shape::Text(1, 255)),
    Field::nullable("description", Shape::Text(0, usize::MAX)),
    Field::nullable("version", Shape::Text(1, 255)),
    Field::nullable("slug", Shape::Pattern(1, usize::MAX, &SLUG)),
    Field::new("labels", Shape::Labels(false)),
    Field::new("attributes", ATTRIBUTES),
    // taken, but no specification is kept
    Field::new("spec_content", Shape::Text(0, usize::MAX)),
    Field::new("id", Shape::Ignored),
    Field::new("portals", Shape::Ignored),
    Field::new("api_spec_ids", Shape::Ignored),
    Field::new("current_version_summary", Shape::Ignored),
    Field::new("implementation_mode", Shape::Ignored),
    Field::new("created_at", Shape::Ignored),
    Field::new("updated_at", Shape::Ignored),
]);
static UPDATE: Body = Body::closed(&[
    Field::new("name", Shape::Text(1, 255)),
    Field::nullable("description", Shape::Text(0, usize::MAX)),
    Field::nullable("version", Shape::Text(1, 255)),
    Field::nullable("slug", Shape::Pattern(1, usize::MAX, &SLUG)),
    Field::new("labels", Shape::Labels(true)),
    Field::new("attributes", ATTRIBUTES),
    Field::new("id", Shape::Ignored),
    Field::new("portals", Shape::Ignored),
    Field::new("api_spec_ids", Shape::Ignored),
    Field::new("current_version_summary", Shape::Ignored),
    Field::new("implementation_mode", Shape::Ignored),
    Field::new("created_at", Shape::Ignored),
    Field::new("updated_at", Shape::Ignored),
]);

static COLUMNS: Columns = Columns {
    filters: &[
        ("id", Operators::Uuid, "id"),
        ("name", Operators::Text, "name"),
        ("version", Operators::Text, "version"),
        ("labels", Operators::Keyed, "labels"),
        ("attributes", Operators::Keyed, "attributes"),
        (
            "implementation_mode",
            Operators::Text,
            "implementation_mode",
        ),
        ("created_at", Operators::Time, "created_at"),
        ("updated_at", Operators::Time, "updated_at"),
    ],
    sorts: &[
        ("name", "name"),
        ("version", "version"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};
static REGISTRATIONS: Columns = Columns {
    filters: &[
        ("status", Operators::Text, "status"),
        ("portal_id", Operators::Uuid, "portal.id"),
        ("portal_name", Operators::Text, "portal.name"),
        ("application_id", Operators::Uuid, "application.id"),
        ("application_name", Operators::Text, "application.name"),
        (
            "application_owner_type",
            Operators::Text,
            "application.owner.type",
        ),
        (
            "application_owner_id",
            Operators::Uuid,
            "application.owner.id",
        ),
    ],
    sorts: &[],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/apis", get(list).post(create))
        .route("/v3/apis/{api}", get(read).patch(update).delete(delete))
        .route("/v3/apis/{api}/registrations", get(registrations))
}

/// Name and version together are unique.
fn is_taken(state: &KonnectState, name: &str, version: Option<&str>, but: Option<Uuid>) -> bool {
    let mut apis = state.apis.values();
    apis.any(|api| api.name == name && api.version.as_deref() == version && Some(api.id) != but)
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let view = |api: &Api| api.view(state);
        query.page_of(state.apis.values(), view, &COLUMNS).map(ok)
    })
}

async fn create(State(konnect): State<Konnect>, Sent(body): Sent) -> Answer {
    let now = konnect.state.now();
    CREATE.check(&body)?;
    let name = body.get("name").and_then(Value::as_str).unwrap_or_default();
    let version = body.get("version").and_then(Value::as_str);
    konnect.state.write(|state| {
        if is_taken(state, name, version, None) {
            return Err(Problem::conflict("API name and version are used already"));
        }
        let mut api = Api::new(name, version, now);
        let slug = api.slug.clone();
        api.take(&body);
        api.slug = api.slug.or(slug);
        api.labels = new_labels(&body);
        let view = api.view(state);
        state.apis.insert(api.id, api);
        Ok(created(view))
    })
}

async fn read(State(konnect): State<Konnect>, Path(api): Path<String>) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(entry(&state.apis, &api)?.view(state))))
}

async fn update(
    State(konnect): State<Konnect>,
    Path(api): Path<String>,
    query: Query,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let old = entry(&state.apis, &api)?;
        UPDATE.check(&body)?;
        let choices = ["true", "false"];
        if query.value("force").is_some_and(|f| !choices.contains(&f)) {
            let reason = "must be one of: true, false";
            let invalid = Invalid::new("force", "enum", reason).choices(&choices);
            return Err(invalid.of("query").into());
        }
        let mut api = old.clone();
        api.take(&body);
        if is_taken(state, &api.name, api.version.as_deref(), Some(api.id)) {
            return Err(Problem::conflict("API name and version are used already"));
        }
        merge(&mut api.labels, body.get("labels").unwrap_or(&Value::Null));
        api.updated_at = now;
        let view = api.view(state);
        state.apis.insert(api.id, api);
        Ok(ok(view))
    })
}

/// Deletes publications and registrations with it.
async fn delete(
    State(konnect): State<Konnect>,
    Path(api): Path<String>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let id = entry_mut(&mut state.apis, &api)?.id;
        state.publications.retain(|p| p.api != id);
        state.registrations.retain(|_, r| r.api != id);
        state.children.retain(|child| child.parent != id);
        state.apis.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn registrations(
    State(konnect): State<Konnect>,
    Path(api): Path<String>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let api = entry(&state.apis, &api)?.id;
        let found = state.registrations.values().filter(|r| r.api == api);
        Ok::<_, Problem>(
            found
                .filter_map(|registration| {
                    let application = state.applications.get(&registration.application)?;
                    let portal = state.portals.get(&application.portal)?;
                    let mut shown = json!({
                        "id": application.id,
                        "name": application.name,
                        "owner": application.owner,
                    });
                    if let (Some(text), Some(map)) =
                        (&application.description, shown.as_object_mut())
                    {
                        map.insert("description".to_owned(), json!(text));
                    }
                    Some(json!({
                        "id": registration.id,
                        "status": registration.status,
                        "portal": { "id": portal.id, "name": portal.name },
                        "application": shown,
                    }))
                })
                .collect(),
        )
    })?;
    query.page(items, &REGISTRATIONS).map(ok)
}
