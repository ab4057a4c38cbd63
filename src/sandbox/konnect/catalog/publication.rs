use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::{Answer, Konnect, ok, stamp};
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

/// An API in a portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Publication {
    pub(in crate::sandbox) api: Uuid,
    pub(in crate::sandbox) portal: Uuid,
    pub(in crate::sandbox) strategy: Option<Uuid>,
    pub(in crate::sandbox) auto_approve: Option<bool>,
    pub(in crate::sandbox) visibility: String,
    created_at: Timestamp,
    updated_at: Timestamp,
}

static BODY: Body = Body::closed(&[
    Field::nullable("auth_strategy_ids", Shape::List(&Shape::Uuid, 1, 1)),
    Field::new("auto_approve_registrations", Shape::Flag),
    Field::new("visibility", Shape::Choice(&["public", "private"])),
    Field::new("warnings", Shape::Ignored),
    Field::new("created_at", Shape::Ignored),
    Field::new("updated_at", Shape::Ignored),
]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("portal_id", Operators::Uuid, "portal_id"),
        ("portal_name", Operators::Text, "_portal_name"),
        ("api_id", Operators::Uuid, "api_id"),
        ("api_name", Operators::Text, "_api_name"),
        ("auth_strategy_id", Operators::Uuid, "auth_strategy_ids"),
        ("entity_type", Operators::Text, "entity_type"),
    ],
    sorts: &[
        ("portal_id", "portal_id"),
        ("portal_name", "_portal_name"),
        ("api_id", "api_id"),
        ("api_name", "_api_name"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};
static OF_PORTAL: Columns = Columns {
    filters: &[
        ("api_id", Operators::Uuid, "api_id"),
        ("api_name", Operators::Text, "_api_name"),
        ("auth_strategy_id", Operators::Uuid, "auth_strategy_ids"),
        ("entity_type", Operators::Text, "entity_type"),
    ],
    sorts: &[
        ("api_id", "api_id"),
        ("api_name", "_api_name"),
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
    ],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route(
            "/v3/apis/{api}/publications/{portal}",
            get(read).put(publish).delete(unpublish),
        )
        .route("/v3/api-publications", get(list))
        .route("/v3/portals/{portal}/api-publications", get(list_of_portal))
}

impl Publication {
    fn members(&self) -> Map<String, Value> {
        let view = json!({
            "auth_strategy_ids": self.strategy.map(|id| [id]),
            "auto_approve_registrations": self.auto_approve.unwrap_or_default(),
            "visibility": self.visibility,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        });
        view.as_object().cloned().unwrap_or_default()
    }

    fn item(&self, state: &KonnectState) -> Map<String, Value> {
        let mut item = self.members();
        let api = state.apis.get(&self.api).map(|api| api.name.as_str());
        item.insert("api_id".to_owned(), json!(self.api));
        item.insert("entity_type".to_owned(), json!("api"));
        item.insert("_api_name".to_owned(), json!(api));
        item
    }
}

fn ids(state: &KonnectState, api: &str, portal: &str) -> Result<(Uuid, Uuid), Problem> {
    Ok((
        entry(&state.apis, api)?.id,
        entry(&state.portals, portal)?.id,
    ))
}

async fn read(
    State(konnect): State<Konnect>,
    Path((api, portal)): Path<(String, String)>,
) -> Answer {
    konnect.state.read(|state| {
        let (api, portal) = ids(state, &api, &portal)?;
        let publication = state.publication(api, portal);
        let publication = publication.ok_or_else(Problem::not_found)?;
        Ok(ok(Value::Object(publication.members())))
    })
}

/// Replaces: what is not said goes back to the portal's defaults.
async fn publish(
    State(konnect): State<Konnect>,
    Path((api, portal)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let (api, portal) = ids(state, &api, &portal)?;
        BODY.check(&body)?;
        let of_portal = entry(&state.portals, &portal.to_string())?;
        let strategy = match body.get("auth_strategy_ids") {
            None => of_portal.default_strategy,
            Some(Value::Null) => None,
            Some(ids) => {
                let id = ids.get(0).and_then(Value::as_str).unwrap_or_default();
                let found = entry(&state.strategies, id);
                let missing = |_| Invalid::missing("auth_strategy_ids[0]", "auth strategy");
                Some(found.map_err(missing)?.id)
            }
        };
        let visibility = body.get("visibility").and_then(Value::as_str);
        let visibility = visibility.unwrap_or_else(|| of_portal.default_api_visibility());
        let auto_approve = body.get("auto_approve_registrations");
        let old = state.publication(api, portal);
        let publication = Publication {
            api,
            portal,
            strategy,
            auto_approve: auto_approve.and_then(Value::as_bool),
            visibility: visibility.to_owned(),
            created_at: old.map_or(now, |old| old.created_at),
            updated_at: now,
        };
        let view = Value::Object(publication.members());
        let mut places = state.publications.iter_mut();
        match places.find(|old| old.api == api && old.portal == portal) {
            Some(old) => *old = publication,
            None => state.publications.push(publication),
        }
        Ok(ok(view))
    })
}

/// Registrations stay, so that publishing again restores access; that the vendor does so is an
/// assumption.
async fn unpublish(
    State(konnect): State<Konnect>,
    Path((api, portal)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let (api, portal) = ids(state, &api, &portal)?;
        let before = state.publications.len();
        state
            .publications
            .retain(|p| p.api != api || p.portal != portal);
        if state.publications.len() == before {
            return Err(Problem::not_found());
        }
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn list(State(konnect): State<Konnect>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let view = |publication: &Publication| {
            let mut item = publication.item(state);
            let portal = state.portals.get(&publication.portal);
            let name = portal.map(|portal| portal.name.as_str());
            item.insert("portal_id".to_owned(), json!(publication.portal));
            item.insert("_portal_name".to_owned(), json!(name));
            Value::Object(item)
        };
        query.page_of(&state.publications, view, &COLUMNS).map(ok)
    })
}

async fn list_of_portal(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        let published = state.publications.iter().filter(|p| p.portal == portal);
        let items = published.map(|publication| {
            let mut item = publication.item(state);
            item.insert("portal_ids".to_owned(), json!([portal]));
            Value::Object(item)
        });
        Ok::<_, Problem>(items.collect())
    })?;
    query.page(items, &OF_PORTAL).map(ok)
}
