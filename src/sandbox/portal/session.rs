use axum::Router;
use axum::extract::{FromRequestParts, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{AppendHeaders, IntoResponse};
use axum::routing::{get, post};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use uuid::Uuid;

use super::place::candidates;
use crate::sandbox::konnect::{
    Answer, Body, Developer, Digest, Field, Konnect, KonnectState, Problem, SeededPassword, Sent,
    Session, Shape, Status, created, ok,
};

const ACCESS: &str = "portalaccesstoken";
const REFRESH: &str = "portalrefreshtoken";
/// Neither life is documented.
const ACCESS_LASTS: SignedDuration = SignedDuration::from_mins(30);
const REFRESH_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// Sessions that may be open at a time.
const SESSIONS: usize = 1_000;

static LOG_IN: Body = Body::open(&[
    Field::required("username", Shape::Text(1, 255)),
    Field::required("password", Shape::Text(1, 255)),
]);
static SIGN_UP: Body = Body::open(&[
    Field::required("email", Shape::Email),
    Field::required("full_name", Shape::Text(1, 255)),
    Field::new("password", Shape::Text(1, 255)),
]);

type Cookies = AppendHeaders<[(header::HeaderName, String); 2]>;

pub(super) fn routes() -> Router<Konnect> {
    Router::new()
        .route("/api/v3/developer", post(sign_up))
        .route("/api/v3/developer/authenticate", post(log_in))
        .route("/api/v3/developer/refresh", post(refresh))
        .route("/api/v3/developer/logout", post(log_out))
        .route("/api/v3/developer/me", get(me))
}

/// The developer who is logged in; without one a request ends with 401.
#[derive(Debug)]
pub(super) struct LoggedIn(pub(super) Developer);

impl FromRequestParts<Konnect> for LoggedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, konnect: &Konnect) -> Result<Self, Problem> {
        let now = konnect.state.now();
        konnect
            .state
            .read(|state| {
                let session = session_of(state, &parts.headers, now)?;
                state.developers.get(&session.developer).cloned()
            })
            .map(Self)
            .ok_or_else(Problem::unauthorized)
    }
}

/// The session that a request's access cookie belongs to.
pub(super) fn session_of<'a>(
    state: &'a KonnectState,
    headers: &HeaderMap,
    now: Timestamp,
) -> Option<&'a Session> {
    let access = Digest::of_token(cookie(headers, ACCESS)?);
    let mut sessions = state.sessions.iter();
    sessions.find(|session| session.access == access && now < session.access_until)
}

fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value)
}

async fn log_in(
    State(konnect): State<Konnect>,
    headers: HeaderMap,
    Sent(body): Sent,
) -> Result<(StatusCode, Cookies), Problem> {
    LOG_IN.check(&body)?;
    let text = |key: &str| body.get(key).and_then(Value::as_str).unwrap_or_default();
    let (email, password) = (text("username"), text("password"));
    let known: Vec<Developer> = konnect.state.read(|state| {
        let portals = candidates(state, &headers).into_iter();
        portals
            .filter_map(|portal| state.developer_by_email(portal.id, email))
            .cloned()
            .collect()
    });
    // hashing is slow, so it is done without the lock
    let developer = known
        .iter()
        .find(|developer| {
            developer.status == Status::Approved && developer.knows_password(password)
        })
        .ok_or_else(Problem::unauthorized)?;
    Ok(open(&konnect, developer.id))
}

/// Takes the refresh cookie and replaces both.
async fn refresh(
    State(konnect): State<Konnect>,
    headers: HeaderMap,
) -> Result<(StatusCode, Cookies), Problem> {
    let now = konnect.state.now();
    let token = cookie(&headers, REFRESH).ok_or_else(Problem::unauthorized)?;
    let token = Digest::of_token(token);
    let developer = konnect.state.write(|state| {
        let mut sessions = state.sessions.iter();
        let place = sessions
            .position(|session| session.refresh == token && now < session.refresh_until)
            .ok_or_else(Problem::unauthorized)?;
        Ok::<_, Problem>(state.sessions.remove(place).developer)
    })?;
    Ok(open(&konnect, developer))
}

fn open(konnect: &Konnect, developer: Uuid) -> (StatusCode, Cookies) {
    let now = konnect.state.now();
    let token = || format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let (access, refresh) = (token(), token());
    let session = Session {
        developer,
        access: Digest::of_token(&access),
        refresh: Digest::of_token(&refresh),
        access_until: now.saturating_add(ACCESS_LASTS).unwrap_or(now),
        refresh_until: now.saturating_add(REFRESH_LASTS).unwrap_or(now),
    };
    konnect.state.write(|state| {
        state.sessions.retain(|old| now < old.refresh_until);
        // who logs in for each request must not fill the state; the oldest session ends early
        if state.sessions.len() >= SESSIONS {
            state.sessions.remove(0);
        }
        state.sessions.push(session);
    });
    // the path of the second cookie is the vendor's, and names no path of this API
    let cookies = AppendHeaders([
        (
            header::SET_COOKIE,
            format!("{ACCESS}={access}; Path=/; HttpOnly; Secure; SameSite=None"),
        ),
        (
            header::SET_COOKIE,
            format!("{REFRESH}={refresh}; Path=/v2/refresh; HttpOnly; Secure; SameSite=None"),
        ),
    ]);
    (StatusCode::NO_CONTENT, cookies)
}

async fn log_out(State(konnect): State<Konnect>, headers: HeaderMap) -> impl IntoResponse {
    if let Some(token) = cookie(&headers, ACCESS) {
        let access = Digest::of_token(token);
        konnect
            .state
            .write(|state| state.sessions.retain(|session| session.access != access));
    }
    let gone = |name: &str| format!("{name}=; Path=/; Max-Age=0");
    let cookies = AppendHeaders([
        (header::SET_COOKIE, gone(ACCESS)),
        (header::SET_COOKIE, gone(REFRESH)),
    ]);
    (StatusCode::NO_CONTENT, cookies)
}

async fn me(LoggedIn(developer): LoggedIn) -> Answer {
    Ok(ok(developer.view()))
}

/// The vendor mails a link to choose a password; here it may be given at once.
async fn sign_up(State(konnect): State<Konnect>, headers: HeaderMap, Sent(body): Sent) -> Answer {
    SIGN_UP.check(&body)?;
    let now = konnect.state.now();
    let text = |key: &str| body.get(key).and_then(Value::as_str);
    let email = text("email").unwrap_or_default();
    let (portal, status) = konnect.state.read(|state| {
        let portals = candidates(state, &headers);
        let portal = portals.first().ok_or_else(Problem::not_found)?;
        let status = Status::initial(portal.auto_approve_developers());
        Ok::<_, Problem>((portal.id, status))
    })?;
    let name = text("full_name").unwrap_or_default();
    let mut developer = Developer::new(portal, email, name, status, now);
    if let Some(password) = text("password") {
        developer.set_password(&SeededPassword::new(password));
    }
    let view = json!({ "id": developer.id, "email": email, "full_name": name, "status": status });
    konnect.state.write(|state| {
        if state.developer_by_email(portal, email).is_some() {
            return Err(Problem::conflict("developer already exists"));
        }
        state.developers.insert(developer.id, developer);
        Ok(created(view))
    })
}
