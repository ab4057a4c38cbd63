use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{get, put};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::application::Application;
use super::developer::Status;
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok, stamp};
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

/// An application's access to one API.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Registration {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) application: Uuid,
    pub(in crate::sandbox) api: Uuid,
    pub(in crate::sandbox) status: Status,
    consumer: Option<Uuid>,
    pub(in crate::sandbox) created_at: Timestamp,
    pub(in crate::sandbox) updated_at: Timestamp,
}

static CREATE: Body = Body::closed(&[
    Field::required("api_id", Shape::Uuid),
    Field::new("status", Shape::Choice(&["approved", "pending"])),
]);
static UPDATE: Body = Body::closed(&[Field::new("status", Shape::Choice(&Status::NAMES))]);
static CONSUMER: Body = Body::closed(&[Field::required("id", Shape::Uuid)]);

static OF_PORTAL: Columns = Columns {
    filters: &[
        ("developer_id", Operators::Uuid, "_developer_id"),
        ("application_name", Operators::Text, "application.name"),
        ("status", Operators::Text, "status"),
    ],
    sorts: &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("developer_id", "_developer_id"),
        ("status", "status"),
    ],
};
static OF_APPLICATION: Columns = Columns {
    filters: &[("status", Operators::Text, "status")],
    sorts: &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("status", "status"),
    ],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    const OF_ONE: &str = "/v3/portals/{portal}/applications/{application}/registrations";
    Router::new()
        .route(
            "/v3/portals/{portal}/application-registrations",
            get(list_of_portal),
        )
        .route(OF_ONE, get(list).post(create))
        .route(
            &format!("{OF_ONE}/{{registration}}"),
            get(read).patch(update).delete(delete),
        )
        .route(
            &format!("{OF_ONE}/{{registration}}/consumer"),
            put(link_consumer).delete(unlink_consumer),
        )
}

impl Registration {
    fn view(&self, state: &KonnectState) -> Value {
        let api = state.apis.get(&self.api);
        let application = state.applications.get(&self.application);
        let mut view = json!({
            "id": self.id,
            "status": self.status,
            "api": {
                "id": self.api,
                "name": api.map(|api| api.name.as_str()),
                "version": api.and_then(|api| api.version.as_deref()),
                "entity_type": "api",
            },
            "application": {
                "id": self.application,
                "name": application.map(|app| app.name.as_str()),
            },
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
            "_developer_id": application.and_then(|app| app.owner.developer()),
        });
        if let (Some(consumer), Some(map)) = (self.consumer, view.as_object_mut()) {
            // one control plane stands behind the sandbox's gateway: the organisation's own id names it
            let consumer = json!({ "id": consumer, "control_plane_id": state.organization });
            map.insert("consumer".to_owned(), consumer);
        }
        view
    }
}

impl KonnectState {
    /// What an application is registered for.
    pub(in crate::sandbox) fn registrations_of(
        &self,
        application: Uuid,
    ) -> impl Iterator<Item = &Registration> {
        self.registrations
            .values()
            .filter(move |registration| registration.application == application)
    }

    /// Registers an application for an API; without a status given, by the rules of automatic approval.
    ///
    /// That an API which is not published there, or with another strategy, is refused with 400 is an assumption.
    pub(in crate::sandbox) fn register(
        &mut self,
        application: &Application,
        body: &Value,
        status: Option<Status>,
        now: Timestamp,
    ) -> Result<Registration, Problem> {
        let api = body.get("api_id").and_then(Value::as_str);
        let api = api.unwrap_or_default();
        let api = entry(&self.apis, api)
            .map_err(|_| Invalid::missing("api_id", "API"))?
            .id;
        let publication = self.publication(api, application.portal).ok_or_else(|| {
            Invalid::new("api_id", "invalid", "API is not published to the portal")
        })?;
        if publication.strategy != Some(application.strategy) {
            let reason = "API is published with another auth strategy than the application's";
            return Err(Invalid::new("api_id", "invalid", reason).into());
        }
        if self.registrations_of(application.id).any(|r| r.api == api) {
            let detail = "application is registered for this API already";
            return Err(Problem::conflict(detail));
        }
        let portal = self.portals.get(&application.portal);
        let automatic = publication.auto_approve == Some(true)
            || portal.is_some_and(super::portal::Portal::auto_approve_applications);
        let registration = Registration {
            id: Uuid::new_v4(),
            application: application.id,
            api,
            status: status.unwrap_or_else(|| Status::initial(automatic)),
            consumer: None,
            created_at: now,
            updated_at: now,
        };
        self.registrations
            .insert(registration.id, registration.clone());
        Ok(registration)
    }

    /// A registration of the application in a path.
    fn found(&self, path: &RegistrationPath) -> Result<&Registration, Problem> {
        let (portal, application, registration) = path;
        let application = self.portal_application(portal, application)?.id;
        let registration = entry(&self.registrations, registration)?;
        if registration.application != application {
            return Err(Problem::not_found());
        }
        Ok(registration)
    }

    fn found_mut(&mut self, path: &RegistrationPath) -> Result<&mut Registration, Problem> {
        let id = self.found(path)?.id;
        self.registrations
            .get_mut(&id)
            .ok_or_else(Problem::not_found)
    }
}

/// Portal, application, registration.
type RegistrationPath = (String, String, String);

async fn list_of_portal(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    query: Query,
) -> Answer {
    konnect.state.read(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        let of_portal = |r: &&Registration| {
            let application = state.applications.get(&r.application);
            application.is_some_and(|app| app.portal == portal)
        };
        let found = state.registrations.values().filter(of_portal);
        let view = |registration: &Registration| registration.view(state);
        query.page_of(found, view, &OF_PORTAL).map(ok)
    })
}

async fn list(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let application = state.portal_application(&portal, &application)?.id;
        let found = state.registrations_of(application);
        Ok::<_, Problem>(found.map(|r| r.view(state)).collect())
    })?;
    query.page(items, &OF_APPLICATION).map(ok)
}

async fn create(
    State(konnect): State<Konnect>,
    Path((portal, application)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let application = state.portal_application(&portal, &application)?.clone();
        CREATE.check(&body)?;
        let registration = state.register(&application, &body, Status::of(&body), now)?;
        Ok(created(registration.view(state)))
    })
}

async fn read(State(konnect): State<Konnect>, Path(path): Path<RegistrationPath>) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(state.found(&path)?.view(state))))
}

async fn update(
    State(konnect): State<Konnect>,
    Path(path): Path<RegistrationPath>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let registration = state.found_mut(&path)?;
        UPDATE.check(&body)?;
        if let Some(status) = Status::of(&body) {
            registration.status = status;
        }
        registration.updated_at = now;
        Ok(ok(state.found(&path)?.view(state)))
    })
}

async fn delete(
    State(konnect): State<Konnect>,
    Path(path): Path<RegistrationPath>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let id = state.found(&path)?.id;
        state.registrations.shift_remove(&id);
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn link_consumer(
    State(konnect): State<Konnect>,
    Path(path): Path<RegistrationPath>,
    Sent(body): Sent,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let registration = state.found_mut(&path)?;
        CONSUMER.check(&body)?;
        let id = body.get("id").and_then(Value::as_str);
        registration.consumer = id.and_then(|id| Uuid::try_parse(id).ok());
        Ok(StatusCode::NO_CONTENT)
    })
}

async fn unlink_consumer(
    State(konnect): State<Konnect>,
    Path(path): Path<RegistrationPath>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        state.found_mut(&path)?.consumer = None;
        Ok(StatusCode::NO_CONTENT)
    })
}
