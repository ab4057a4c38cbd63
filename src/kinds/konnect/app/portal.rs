//! The Portal API, as the owning developer: the only way to a DCR application and to its secret.

use serde_json::{Value as Json, json};

use crate::base::Secret;
use crate::kinds::konnect::lookup;
use crate::kinds::{KindError, Task, Writers, wire};
use crate::plan::Live;
use crate::vendor::portal::{Session, portal_url};
use crate::vendor::{VendorError, path};

const PATH: [&str; 3] = ["api", "v3", "applications"];

async fn log_in(writers: &Writers, task: &Task<'_>) -> Result<Session, KindError> {
    let portal = match &task.desired.parent {
        Some(portal) => task.live(portal)?,
        None => return Err(task.missing("a portal")),
    };
    let owner = task
        .desired
        .field("owner")
        .as_ref_address()
        .filter(|owner| owner.is(lookup::DEVELOPER))
        .ok_or_else(|| task.missing("a developer who logs in"))?;
    let owner = task.live(owner)?;
    let Some(password) = task.secrets.get("login") else {
        return Err(KindError::Impossible {
            address: task.address().clone(),
            reason: "Konnect lets only the owning developer do it; add `login` to the entry"
                .to_owned(),
        });
    };
    let email = owner.field("name").as_text().unwrap_or_default();
    let domain = portal.field("domain").as_text().unwrap_or_default();
    let session = async {
        let url = match &writers.portal.url {
            Some(url) => url.clone(),
            None => portal_url(domain)?,
        };
        let access = &writers.portal;
        Session::login(
            &url,
            email,
            password,
            access.scrubber.clone(),
            access.options.clone(),
        )
        .await
    };
    session
        .await
        .map_err(KindError::vendor("log in to the portal for", task))
}

/// Makes the application; Konnect registers its client, whose secret is in this one answer.
pub(super) async fn create(writers: &Writers, task: &Task<'_>) -> Result<Live, KindError> {
    let session = log_in(writers, task).await?;
    let mut body = json!({
        "name": task.name(),
        "auth_strategy_id": task.ref_id("auth_strategy")?,
    });
    if let Some(description) = task.desired.field("description").as_text() {
        wire::put(&mut body, "description", description);
    }
    let mut made = session
        .post(&path(&PATH), &body)
        .await
        .map_err(KindError::vendor("create", task))?;
    task.keep(
        task.answered(&made, "client_id")?,
        Secret::new(task.answered(&made, "client_secret")?),
    )?;
    // the secret is on disk, encrypted; it must not live on in memory
    wire::strip(&mut made, &["client_secret"]);
    let mut live = super::wire::live(made, &task.parent_id()?);
    live.fields
        .insert("owner", task.desired.field("owner").clone());
    Ok(live)
}

/// Changes what only the developer may change, and issues a new secret where the old one was lost.
pub(super) async fn update(
    writers: &Writers,
    task: &Task<'_>,
    live: &Live,
) -> Result<(), KindError> {
    let session = log_in(writers, task).await?;
    let mut body = json!({});
    for field in ["name", "description"] {
        if task.changes(field) {
            wire::put(&mut body, field, task.desired.field(field).to_json());
        }
    }
    if task.changes("name") || task.changes("description") {
        session
            .patch(&at(&live.id, &[]), &body)
            .await
            .map_err(KindError::vendor("update", task))?;
    }
    if task.changes("credentials") {
        renew(&session, task, live).await?;
    }
    Ok(())
}

/// Adds a credential, keeps it and retires the others.
async fn renew(session: &Session, task: &Task<'_>, live: &Live) -> Result<(), KindError> {
    let error = || KindError::vendor("issue a new credential for", task);
    let credentials = at(&live.id, &["credentials"]);
    let mut old = session.list(&credentials, &[]).await.map_err(error())?;
    // Okta holds two secrets at most; the oldest makes room, its value is not in our file
    old.sort_by_key(created);
    while old.len() > 1 {
        let oldest = old.remove(0);
        retire(session, &credentials, &oldest)
            .await
            .map_err(error())?;
    }
    let made = session
        .post(&credentials, &json!({}))
        .await
        .map_err(error())?;
    task.keep(
        task.answered(&made, "client_id")?,
        Secret::new(task.answered(&made, "client_secret")?),
    )?;
    for credential in &old {
        retire(session, &credentials, credential)
            .await
            .map_err(error())?;
    }
    Ok(())
}

async fn retire(
    session: &Session,
    credentials: &str,
    credential: &Json,
) -> Result<(), VendorError> {
    let one = path(&[&wire::id(credential)]);
    session.delete(&format!("{credentials}{one}")).await
}

fn created(credential: &Json) -> String {
    credential
        .get("created_at")
        .and_then(Json::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn at(app: &str, below: &[&str]) -> String {
    let mut segments = PATH.to_vec();
    segments.push(app);
    segments.extend(below);
    path(&segments)
}
