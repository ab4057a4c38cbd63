use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::get;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::developer::{Developer, Status};
use crate::sandbox::konnect::context::{Answer, Konnect, created, ok, stamp};
use crate::sandbox::konnect::dcr::enrolment::unregister_all;
use crate::sandbox::konnect::state::{KonnectState, entry};
use crate::sandbox::konnect::wire::body::{Body, Field};
use crate::sandbox::konnect::wire::listing::{Columns, Operators, Query};
use crate::sandbox::konnect::wire::problem::{Invalid, Problem};
use crate::sandbox::konnect::wire::sent::Sent;
use crate::sandbox::konnect::wire::shape::Shape;

/// Developers of a portal who own applications together.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(in crate::sandbox) struct Team {
    pub(in crate::sandbox) id: Uuid,
    pub(in crate::sandbox) portal: Uuid,
    pub(in crate::sandbox) name: String,
    description: Option<String>,
    can_own_applications: bool,
    pub(in crate::sandbox) developers: Vec<Uuid>,
    created_at: Timestamp,
    updated_at: Timestamp,
}

static BODY: Body = Body::closed(&[
    Field::required("name", Shape::Text(1, 250)),
    Field::new("description", Shape::Text(1, 250)),
    Field::new("can_own_applications", Shape::Flag),
]);
static MEMBER: Body = Body::open(&[Field::required("id", Shape::Uuid)]);
static COLUMNS: Columns = Columns {
    filters: &[
        ("name", Operators::Text, "name"),
        (
            "can_own_applications",
            Operators::Flag,
            "can_own_applications",
        ),
    ],
    sorts: &[],
};
static MEMBER_COLUMNS: Columns = Columns {
    filters: &[
        ("email", Operators::Text, "email"),
        ("full_name", Operators::Text, "full_name"),
        ("active", Operators::Flag, "active"),
    ],
    sorts: &[],
};
static NO_COLUMNS: Columns = Columns {
    filters: &[],
    sorts: &[],
};

pub(in crate::sandbox::konnect) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/v3/portals/{portal}/teams", get(list).post(create))
        .route(
            "/v3/portals/{portal}/teams/{team}",
            get(read).patch(update).delete(delete),
        )
        .route(
            "/v3/portals/{portal}/teams/{team}/developers",
            get(members).post(add_member),
        )
        .route(
            "/v3/portals/{portal}/teams/{team}/developers/{developer}",
            axum::routing::delete(remove_member),
        )
        .route(
            "/v3/portals/{portal}/teams/{team}/assigned-roles",
            get(roles),
        )
}

impl Team {
    pub(in crate::sandbox::konnect) fn new(portal: Uuid, name: &str, now: Timestamp) -> Self {
        Self {
            id: Uuid::new_v4(),
            portal,
            name: name.to_owned(),
            description: None,
            can_own_applications: false,
            developers: Vec::new(),
            created_at: now,
            updated_at: now,
        }
    }

    fn view(&self) -> Value {
        json!({
            "id": self.id,
            "name": self.name,
            "description": self.description.as_deref().unwrap_or_default(),
            "can_own_applications": self.can_own_applications,
            "created_at": stamp(self.created_at),
            "updated_at": stamp(self.updated_at),
        })
    }

    fn take(&mut self, body: &Value) {
        if let Some(name) = body.get("name").and_then(Value::as_str) {
            name.clone_into(&mut self.name);
        }
        if let Some(description) = body.get("description").and_then(Value::as_str) {
            self.description = Some(description.to_owned());
        }
        if let Some(flag) = body.get("can_own_applications").and_then(Value::as_bool) {
            self.can_own_applications = flag;
        }
    }
}

impl KonnectState {
    /// Whether a developer is in a team.
    pub(in crate::sandbox) fn is_member(&self, team: Uuid, developer: Uuid) -> bool {
        let team = self.teams.get(&team);
        team.is_some_and(|team| team.developers.contains(&developer))
    }

    fn portal_team(&self, portal: &str, team: &str) -> Result<&Team, Problem> {
        let portal = entry(&self.portals, portal)?.id;
        let team = entry(&self.teams, team)?;
        if team.portal != portal {
            return Err(Problem::not_found());
        }
        Ok(team)
    }

    fn portal_team_mut(&mut self, portal: &str, team: &str) -> Result<&mut Team, Problem> {
        let id = self.portal_team(portal, team)?.id;
        self.teams.get_mut(&id).ok_or_else(Problem::not_found)
    }
}

async fn list(State(konnect): State<Konnect>, Path(portal): Path<String>, query: Query) -> Answer {
    let items = konnect.state.read(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        let teams = state.teams.values().filter(|team| team.portal == portal);
        Ok::<_, Problem>(teams.map(Team::view).collect())
    })?;
    query.page(items, &COLUMNS).map(ok)
}

async fn create(
    State(konnect): State<Konnect>,
    Path(portal): Path<String>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let portal = entry(&state.portals, &portal)?.id;
        BODY.check(&body)?;
        let mut team = Team::new(portal, "", now);
        team.take(&body);
        let view = team.view();
        state.teams.insert(team.id, team);
        Ok(created(view))
    })
}

async fn read(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
) -> Answer {
    konnect
        .state
        .read(|state| Ok(ok(state.portal_team(&portal, &team)?.view())))
}

async fn update(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
    Sent(body): Sent,
) -> Answer {
    let now = konnect.state.now();
    konnect.state.write(|state| {
        let team = state.portal_team_mut(&portal, &team)?;
        BODY.check_update(&body)?;
        team.take(&body);
        team.updated_at = now;
        Ok(ok(team.view()))
    })
}

/// Deletes the team's applications too: nobody would own them.
async fn delete(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    let clients = konnect.state.write(|state| {
        let id = state.portal_team(&portal, &team)?.id;
        state.teams.shift_remove(&id);
        Ok::<_, Problem>(state.take_applications(|app| app.owner.team() == Some(id)))
    })?;
    unregister_all(&konnect, clients).await;
    Ok(StatusCode::NO_CONTENT)
}

async fn members(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
    query: Query,
) -> Answer {
    let items = konnect.state.read(|state| {
        let team = state.portal_team(&portal, &team)?;
        let members = team.developers.iter();
        let members = members.filter_map(|id| state.developers.get(id));
        Ok::<_, Problem>(members.map(member_view).collect())
    })?;
    query.page(items, &MEMBER_COLUMNS).map(ok)
}

fn member_view(developer: &Developer) -> Value {
    json!({
        "id": developer.id,
        "email": developer.email,
        "full_name": developer.full_name,
        "active": developer.status == Status::Approved,
        "created_at": stamp(developer.created_at),
        "updated_at": stamp(developer.updated_at),
    })
}

async fn add_member(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
    Sent(body): Sent,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let portal_id = state.portal_team(&portal, &team)?.portal;
        MEMBER.check(&body)?;
        let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
        let developer = entry(&state.developers, id)
            .ok()
            .filter(|developer| developer.portal == portal_id)
            .ok_or_else(|| Invalid::missing("id", "developer"))?
            .id;
        let team = state.portal_team_mut(&portal, &team)?;
        if team.developers.contains(&developer) {
            return Err(Problem::conflict("developer is a member already"));
        }
        team.developers.push(developer);
        Ok(StatusCode::CREATED)
    })
}

async fn remove_member(
    State(konnect): State<Konnect>,
    Path((portal, team, developer)): Path<(String, String, String)>,
) -> Result<StatusCode, Problem> {
    konnect.state.write(|state| {
        let team = state.portal_team_mut(&portal, &team)?;
        let place = team
            .developers
            .iter()
            .position(|member| member.to_string() == developer)
            .ok_or_else(Problem::not_found)?;
        team.developers.remove(place);
        Ok(StatusCode::NO_CONTENT)
    })
}

/// Roles are not emulated, so no team has one.
async fn roles(
    State(konnect): State<Konnect>,
    Path((portal, team)): Path<(String, String)>,
    query: Query,
) -> Answer {
    konnect
        .state
        .read(|state| state.portal_team(&portal, &team).map(|_| ()))?;
    query.page(Vec::new(), &NO_COLUMNS).map(ok)
}
