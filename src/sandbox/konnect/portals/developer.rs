use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::sandbox::konnect::context::{Answer, Konnect, created, ok, stamp};
use crate::sandbox::konnect::dcr::enrolment::unregister_all;
use crate::sandbox::konnect::digest::Digest;
use crate::sandbox::konnect::seed::SeededPassword;
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

/// A developer's account in one portal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Developer {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) portal: Uuid,
    pub(in crate::sandbox) email: String,
    pub(in crate::sandbox) full_name: String,
    pub(in crate::sandbox) status: Status,
    /// None until one is chosen: such a developer cannot log in.
    password: Option<Digest>,
    /// The developer's id salts the password where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    salt: Option<Uuid>,
    pub(in crate::sandbox::konnect) created_at: Timestamp,
    pub(in crate::sandbox::konnect) updated_at: Timestamp,
}

/// Where a developer or a registration stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(in crate::sandbox) enum Status {
    /// Let in.
    Approved,
    /// Waits for an admin.
    Pending,
    /// Was let in once.
    Revoked,
    /// Was never let in.
    Rejected,
}

impl Status {
    /// As the vendor writes them.
    pub(in crate::sandbox::konnect) const NAMES: [&'static str; 4] =
        ["approved", "pending", "revoked", "rejected"];

    /// The one that a checked body names.
    pub(in crate::sandbox::konnect) fn of(body: &Value) -> Option<Self> {
        body.get("status")
            .and_then(|status| serde_json::from_value(status.clone()).ok())
    }

    /// What something new gets where approval may be automatic.
    pub(in crate::sandbox) fn initial(approve: bool) -> Self {
        if approve {
            Self::Approved
        } else {
            Self::Pending
        }
    }
}

static CREATE: Body = Body::closed(&[
    Field::required("email", Shape::Email),
    Field::required("full_name", Shape::Text(0, 255)),
    Field::new("status", Shape::Choice(&Status::NAMES)),
    Field::new("send_invitation_email", Shape::Flag),
]);
static UPDATE: Body = Body::closed(&[Field::new("status", Shape::Choice(&Status::NAMES))]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("name", Operators::Text, "full_name"),
        ("status", Operators::Text, "status"),
        ("email", Operators::Text, "email"),
    ],
    sorts: &[
        ("created_at", "created_at"),
        ("updated_at", "updated_at"),
        ("email", "email"),
        ("name", "full_name"),
        ("status", "status"),
    ],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/portals/{portal}/developers", get(list).post(create))
        .route(
            "/v3/portals/{portal}/developers/{developer}",
            get(read).patch(update).delete(delete),
        )
}

impl Developer {
    /// A new account.
    pub(in crate::sandbox) fn new(
        portal: Uuid,
        email: &str,
        full_name: &str,
        status: Status,
        now: Timestamp,
    ) -> Self {
        Self {
            id: Uuid::new_v4(),
            portal,
            email: email.to_owned(),
            full_name: full_name.to_owned(),
            status,
            password: None,
            salt: None,
            created_at: now,
            updated_at: now,
        }
    }

    /// Gives the developer a password.
    pub(in crate::sandbox) fn set_password(&mut self, password: &SeededPassword) {
        self.password = Some(password.digest.clone());
        self.salt = Some(password.salt);
    }

    /// Whether this is the developer's password. Slow on purpose.
    pub(in crate::sandbox) fn knows_password(&self, password: &str) -> bool {
        let digest = Digest::of_password(password, self.salt.unwrap_or(self.id));
        self.password == Some(digest)
    }

    /// As both APIs show it.
    pub(in crate::sandbox) fn view(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "full_name": self.full_name,
            "status": self.status,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        })
    }
}

impl KonnectState {
    /// A portal's developer with an e-mail address, which has no upper and lower case.
    pub(in crate::sandbox) fn developer_by_email(
        &self,
        portal: Uuid,
        email: &str,
    ) -> Option<&Developer> {
        self.developers
            .values()
            .find(|d| d.portal == portal && d.email.eq_ignore_ascii_case(email))
    }

    /// A developer of the portal in a path.
    fn portal_developer(&self, portal: &str, developer: &str) -> Result<&Developer, Problem> {
        let portal = entry(&self.portals, portal)?.id;
        let developer = entry(&self.developers, developer)?;
        if developer.portal != portal {
            return Err(Problem::not_found());
        }
        Ok(developer)
    }
}

async fn list(State(konnect): State<Konnect>, Path(portal): Path<String>, query: Query) -> Answer {
    konnect.state.read(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        let developers = state.developers.values().filter(|d| d.portal == portal);
        query.page_of(developers, Developer::view, &COLUMNS).map(ok)
    })
}

async fn create(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    CREATE.check(&body)?;
    konnect.state.write(|state| {
        // the contract has no 404 here
        let portal = entry(&state.portals, &portal)
            .map_err(|_| Invalid::missing("portalId", "portal").of("path"))?;
        let email = body.get("email").and_then(Value::as_str);
        let email = email.unwrap_or_default();
        if state.developer_by_email(portal.id, email).is_some() {
            return Err(Problem::conflict("developer already exists"));
        }
        let name = body.get("full_name").and_then(Value::as_str);
        let status =
            Status::of(&body).unwrap_or_else(|| Status::initial(portal.auto_approve_developers()));
        let developer = Developer::new(portal.id, email, name.unwrap_or_default(), status, now);
        let view = developer.view();
        state.developers.insert(developer.id, developer);
        Ok(created(view))
    })
}

async fn read(
    State(konnect): State<Konnect>,
    Path((portal, developer)): Path<(String, String)>,
) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(state.portal_developer(&portal, &developer)?.view())))
}

async fn update(
    State(konnect): State<Konnect>,
    Path((portal, developer)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let id = state.portal_developer(&portal, &developer)?.id;
        UPDATE.check(&body)?;
        if Status::of(&body).is_some_and(|status| status != Status::Approved) {
            state.sessions.retain(|session| session.developer != id);
        }
        let developer = state
            .developers
            .get_mut(&id)
            .ok_or_else(Problem::not_found)?;
        if let Some(status) = Status::of(&body) {
            developer.status = status;
        }
        developer.updated_at = now;
        Ok(ok(developer.view()))
    })
}

/// Deletes the developer's applications too, as the contract says.
async fn delete(
    State(konnect): State<Konnect>,
    Path((portal, developer)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let clients = konnect.state.write(|state| {
        let id = state.portal_developer(&portal, &developer)?.id;
        state.developers.shift_remove(&id);
        state.sessions.retain(|session| session.developer != id);
        for team in state.teams.values_mut() {
            team.developers.retain(|member| *member != id);
        }
        Ok::<_, Problem>(state.take_applications(|app| app.owner.developer() == Some(id)))
    })?;
    unregister_all(&konnect, clients).await;
    Ok(StatusCode::NO_CONTENT)
}
